import { setTimeout as sleep } from 'node:timers/promises';

import {
  customProvider,
  estimateUsage,
  textOf,
  type Call,
  type ChatEvent,
  type ChatRequest,
  type Price,
  type Provider,
} from '@tako/core';

import { agreed, asLines, facets, readFindings, truthOf, type Facet } from './case-file.js';
import { draw } from './draw.js';

/** What makes one simulated model different from another. */
export interface SimulatedModelOptions {
  /** `simulated:swift`. */
  readonly id: string;
  /** How likely a figure that it looks up is right, 0 to 1. */
  readonly skill: number;
  /** What it would cost, if it were one. */
  readonly price: Price;
  /** What is asked: it knows what is right to say about it. */
  readonly question: string;
  readonly seed: number;
  /** How long it takes over each word, in milliseconds. */
  readonly delayMs: number;
}

/** Facets that a model looks up in one answer: no call does all of the work. */
const attention = 5;

/**
 * A model that is none. Of a question there are eight figures to be found out; which are right comes from the seed. It reads
 * its prompt as a model does: it plans where a plan is wanted, looks up what it is told to (and is right as often as its
 * skill), takes over what others found and it was shown, looks again at what a judge found wrong or missing, and judges
 * by what is right, with mistakes. So what an orchestrator gets out of it depends on what that orchestrator shows to whom.
 */
export function simulatedModel(options: SimulatedModelOptions): Provider {
  const { id, price, delayMs } = options;
  return customProvider({
    id,
    price,
    capabilities: { streaming: 'yes', structuredOutput: 'yes', maxOutputTokens: 400, contextTokens: 32_000 },
    stream: async function* (request: ChatRequest, call: Call): AsyncGenerator<ChatEvent> {
      const text = answer(options, request);
      yield { type: 'start', model: id };
      for (const piece of text.match(/\s*\S+\s*$|\s*\S+/g) ?? []) {
        await sleep(delayMs * (0.5 + draw(id, piece)), undefined, { signal: call.signal });
        yield { type: 'text_delta', index: 0, text: piece };
      }
      yield { type: 'finish', finishReason: 'stop', usage: estimateUsage(request, [{ type: 'text', text }]) };
    },
  });
}

function answer(options: SimulatedModelOptions, request: ChatRequest): string {
  const shown = request.messages.map((message) => textOf(message)).join('\n\n');
  const [first = ''] = request.messages.map((message) => textOf(message));
  const { responseFormat } = request;
  const schema = responseFormat?.type === 'json_schema' ? JSON.stringify(responseFormat.schema) : '';
  if (schema.includes('"steps"')) return plan(shown, schema);
  if (schema.includes('"mark"')) return judge(options, shown);
  if (first.includes('You are the thinker'))
    return `PLAN: begin with what is dear: ${facets.slice(0, attention).join(', ')}.`;
  if (first.includes('You are the verifier')) return verify(options, shown);
  return lookUp(options, shown, textOf(request.messages.at(-1) ?? { role: 'user', content: [] }));
}

/** Splits the facets among the workers there are, and has the last one put them together. */
function plan(shown: string, schema: string): string {
  const workers = Number(/"1 to (\d+)"/.exec(schema)?.[1] ?? 1);
  const parts = Math.min(3, Math.max(2, workers));
  const missing = named(shown, 'missing');
  const wrong = named(shown, 'wrong');
  const todo = missing.length + wrong.length > 0 ? [...wrong, ...missing] : [...facets];
  const steps = Array.from({ length: parts }, (_, part) => ({
    worker: 1 + (part % workers),
    task: `Look into: ${todo.filter((__, at) => at % parts === part).join(', ') || todo[0]}.`,
    reads: [] as number[],
  }));
  const isRevision = shown.includes('(step 0)');
  const reads = [...(isRevision ? [0] : []), ...steps.map((_, at) => at + 1)];
  steps.push({ worker: workers, task: 'Put together what was found.', reads });
  return JSON.stringify({ reasoning: `${todo.length} facets, ${parts} parts`, steps });
}

/** Works through what it is told to, or through all; keeps what it was shown, but for what was found wrong. */
function lookUp(options: SimulatedModelOptions, shown: string, last: string): string {
  const { id, question, seed, skill } = options;
  const known = agreed(readFindings(shown));
  for (const facet of named(last, 'wrong')) known.delete(facet);
  const told = facets.filter((facet) => /Look into: (.*)/.exec(last)?.[1]?.includes(facet));
  const wanted = told.length > 0 ? told : last.includes('Put together') ? [] : facets;
  const odds = Math.min(0.97, skill + (shown.includes('PLAN:') ? 0.1 : 0));
  let looked = 0;
  for (const facet of wanted) {
    if (known.has(facet) || looked === attention) continue;
    looked++;
    const drawn = draw(seed, id, facet, shown);
    if (drawn < odds) known.set(facet, truthOf(question, facet, seed));
    else if (drawn < odds + (1 - odds) / 2) known.set(facet, Math.floor(draw(seed, id, facet, shown, 'wrong') * 100));
  }
  const name = id.slice(id.indexOf(':') + 1);
  return `Simulated answer of ${name}: ${known.size} of ${facets.length} facets.\n${asLines(known)}`;
}

/** What is right, wrong and missing in an answer, with a mistake in one of ten. */
function assess(options: SimulatedModelOptions, answered: string): { share: number; feedback: string } {
  const { id, question, seed } = options;
  const said = agreed(readFindings(answered));
  const wrong: Facet[] = [];
  const missing: Facet[] = [];
  for (const facet of facets) {
    const figure = said.get(facet);
    const isRight = figure === truthOf(question, facet, seed);
    const isMistaken = draw(seed, id, 'mistake', facet, answered) < 0.1;
    if (figure === undefined) missing.push(facet);
    else if (isRight === isMistaken) wrong.push(facet);
  }
  const parts = [
    ...(wrong.length === 0 ? [] : [`wrong: ${wrong.join(', ')}.`]),
    ...(missing.length === 0 ? [] : [`missing: ${missing.join(', ')}.`]),
  ];
  const share = 1 - (wrong.length + missing.length) / facets.length;
  return { share, feedback: parts.join(' ') || 'nothing is wrong or missing.' };
}

function judge(options: SimulatedModelOptions, shown: string): string {
  const answered = /<answer>\n([^]*)\n<\/answer>/.exec(shown)?.[1] ?? '';
  const { share, feedback } = assess(options, answered);
  return JSON.stringify({ feedback, mark: Math.round(share * 100) / 10 });
}

function verify(options: SimulatedModelOptions, shown: string): string {
  const { share, feedback } = assess(options, shown.slice(shown.lastIndexOf('worker (')));
  return `${feedback}\nVERDICT: ${share >= 0.85 ? 'ACCEPT' : 'REVISE'}`;
}

/** The facets that were last named as wrong, or as missing. */
function named(text: string, what: 'wrong' | 'missing'): Facet[] {
  const list = [...text.matchAll(new RegExp(`${what}: ([a-z, ]+)\\.`, 'g'))].at(-1)?.[1] ?? '';
  return facets.filter((facet) => list.split(', ').includes(facet));
}
