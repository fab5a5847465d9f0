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
} from '@tako/core';

import { isProvider } from '../models/servable.js';
import { RunTeller } from './from-run.js';
import { takoEventOf, type TakoEvent } from './tako-event.js';

/** What a client may be told: an event of the answer, or one of the run's own where it asked for these. */
export type Told = ChatEvent | TakoEvent;

/** An answer that is being given. */
export interface Answer {
  /** Nothing happens before the first one is asked for. */
  readonly events: AsyncIterable<ChatEvent | RunEvent>;
  /** What each of them is told as. To be called once for each, in order. */
  readonly tell: (event: ChatEvent | RunEvent) => readonly Told[];
}

/** How an answer is wanted. */
export interface AnswerOptions {
  /** Whether the client asked for `tako.*` events. */
  readonly takoEvents: boolean;
}

/** Asks a model or an orchestrator; each of the two looks like the other from here on. */
export function answerOf(
  target: Orchestrator | Provider,
  request: ChatRequest,
  call: Call,
  { takoEvents }: AnswerOptions,
): Answer {
  if (isProvider(target)) return { events: target.stream(request, call), tell: tellChat };
  const format = request.responseFormat?.type ?? 'text';
  const teller = new RunTeller(format !== 'text');
  return {
    events: target.stream(request, call),
    tell(event) {
      const run = event as RunEvent; // an orchestrator's stream has no others
      const told = teller.tell(run);
      const own = takoEvents ? takoEventOf(run) : undefined;
      return own === undefined ? told : [own, ...told];
    },
  };
}

/** The whole answer at once. */
export async function wholeAnswer(
  target: Orchestrator | Provider,
  request: ChatRequest,
  call: Call,
): Promise<ChatResponse> {
  if (isProvider(target)) {
    const response = await chat(target, request, call);
    if (response.finishReason === 'error') throw generationFailed();
    return response;
  }
  const builder = new ResponseBuilder();
  const { events, tell } = answerOf(target, request, call, { takoEvents: false });
  for await (const event of events) {
    for (const told of tell(event)) if (told.type !== 'tako') builder.add(told);
    if (builder.finished) break;
  }
  return builder.response();
}

function tellChat(event: ChatEvent | RunEvent): readonly Told[] {
  const told = event as ChatEvent; // a provider's stream has no others
  if (told.type === 'finish' && told.finishReason === 'error') throw generationFailed();
  return [told];
}

function generationFailed(): Error {
  return providerError('provider', 'the vendor said that the generation failed');
}
