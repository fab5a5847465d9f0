import {
  chat,
  providerError,
  ResponseBuilder,
  type Call,
  type ChatEvent,
  type ChatRequest,
  type ChatResponse,
  type Orchestrator,
  type Provider,
  type RunEvent,
  type RunResult,
  type TakoError,
} from '@tako/core';

import { isProvider } from '../models/servable.js';
import type { PausedRuns } from '../state/paused-runs.js';
import { RunTeller } from './from-run.js';
import { takoEventOf, type TakoEvent } from './tako-event.js';

/** What is asked of whom. */
export interface Question {
  readonly target: Orchestrator | Provider;
  /** The model's name, as the client wrote it. */
  readonly model: string;
  readonly request: ChatRequest;
  readonly call: Call;
  readonly paused: PausedRuns;
  /** Whether the client asked for `tako.*` events. */
  readonly takoEvents: boolean;
}

/** What a client may be told: an event of the answer, or one of the run's own where it asked for these. */
export type Told = ChatEvent | TakoEvent;

/** An answer that is being given. */
export interface Answer {
  /** Nothing happens before the first one is asked for. */
  readonly events: AsyncIterable<ChatEvent | RunEvent>;
  /** What each of them is told as. To be called once for each, in order. */
  readonly tell: (event: ChatEvent | RunEvent) => readonly Told[];
  /** To be awaited before the end is told: by then a follow-up finds what it needs. */
  readonly settled: () => Promise<void>;
}

/** Asks a model or an orchestrator; each of the two looks like the other from here on. */
export async function answerOf(question: Question): Promise<Answer> {
  const { target, request, call } = question;
  if (!isProvider(target)) return runOf(target, question);
  return { events: target.stream(request, call), tell: tellChat, settled: () => Promise.resolve() };
}

/** The whole answer at once. */
export async function wholeAnswer(question: Question): Promise<ChatResponse> {
  const { target, request, call } = question;
  if (isProvider(target)) {
    const response = await chat(target, request, call);
    if (response.finishReason === 'error') throw generationFailed();
    return response;
  }
  const builder = new ResponseBuilder();
  const { events, tell, settled } = await runOf(target, { ...question, takoEvents: false });
  for await (const event of events) {
    for (const told of tell(event)) if (told.type !== 'tako') builder.add(told);
    if (builder.finished) break;
  }
  await settled();
  return builder.response();
}

async function runOf(target: Orchestrator, question: Question): Promise<Answer> {
  const { model, request, call, paused, takoEvents } = question;
  const resumed = await paused.find(call.principal, model, request);
  const format = request.responseFormat?.type ?? 'text';
  const teller = new RunTeller({ onlyLastStep: format !== 'text', before: resumed?.state.usage });
  // Budgets per run go by the run's id: it stays the same however often the client is asked.
  const options = resumed === undefined ? call : { ...call, runId: resumed.state.runId };
  let ended: RunResult | undefined;
  return {
    events: target.stream(resumed ?? request, options),
    tell(event) {
      const run = event as RunEvent; // an orchestrator's stream has no others
      if (run.type === 'finish') ended = run.result;
      const told = teller.tell(run);
      const own = takoEvents ? takoEventOf(run) : undefined;
      return own === undefined ? told : [own, ...told];
    },
    async settled() {
      if (ended?.stopReason === 'tool_calls') await paused.keep(call.principal, model, request.messages, ended);
    },
  };
}

function tellChat(event: ChatEvent | RunEvent): readonly Told[] {
  const told = event as ChatEvent; // a provider's stream has no others
  if (told.type === 'finish' && told.finishReason === 'error') throw generationFailed();
  return [told];
}

function generationFailed(): TakoError {
  return providerError('provider', 'the vendor said that the generation failed');
}
