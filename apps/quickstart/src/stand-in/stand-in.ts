import { setImmediate } from 'node:timers/promises';

import {
  customProvider,
  estimateUsage,
  type AssistantContent,
  type ChatEvent,
  type ChatRequest,
  type Provider,
} from '@tako/core';

import type { PlannedCall } from './desk.js';
import { readConversation } from './findings.js';
import { planStep, type Step } from './plan-step.js';

/**
 * A provider without a language model, for machines that have none. It works on the real prompt and the real tools of a
 * request, by words: picks tools whose names and descriptions share words with the prompt, fills their arguments from the
 * prompt and from earlier results, and reports what came back. It says in every answer that it is no model.
 */
export function standIn(): Provider {
  return customProvider({
    id: 'offline:stand-in',
    capabilities: { streaming: 'yes', tools: 'yes', parallelTools: 'yes', structuredOutput: 'no' },
    price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 },
    stream: answer,
  });
}

async function* answer(request: ChatRequest): AsyncGenerator<ChatEvent, void, undefined> {
  const conversation = readConversation(request);
  const before = conversation.findings.length;
  const step = planStep(request.toolChoice === 'none' ? [] : (request.tools ?? []), conversation);
  const text = step.type === 'call' ? announce(step.calls) : report(step);
  const content: AssistantContent[] = [{ type: 'text', text }];
  yield { type: 'start', model: 'stand-in' };
  for (const piece of text.match(/\s*\S+\s*$|\s*\S+/g) ?? []) {
    await setImmediate(); // one turn of the event loop for each piece, so that an abort is seen between any two
    yield { type: 'text_delta', index: 0, text: piece };
  }
  for (const [at, { name, arguments: input }] of (step.type === 'call' ? step.calls : []).entries()) {
    const index = at + 1;
    const json = JSON.stringify(input);
    content.push({ type: 'tool_call', id: `call_${before + at}`, name, arguments: json });
    yield { type: 'tool_call_start', index, id: `call_${before + at}`, name };
    yield { type: 'tool_call_delta', index, argumentsDelta: json };
    yield { type: 'tool_call_end', index, arguments: json };
  }
  yield {
    type: 'finish',
    finishReason: step.type === 'call' ? 'tool_calls' : 'stop',
    usage: estimateUsage(request, content),
  };
}

function announce(calls: readonly PlannedCall[]): string {
  const reasons = new Map(calls.map(({ name, because }) => [name, because.slice(0, 3).join(', ')]));
  return `${Array.from(reasons, ([name, words]) => `${name} fits by the words ${words}`).join('; ')}.\n`;
}

const disclaimer =
  'No language model answered this: the offline stand-in picks tools by the words of the question, and reports what they ' +
  'return.';

function report({ answers }: Extract<Step, { type: 'report' }>): string {
  const told = answers.length === 0 ? ['There was nothing to answer.'] : answers;
  return `${told.join('\n')}\n\n${disclaimer}\n`;
}
