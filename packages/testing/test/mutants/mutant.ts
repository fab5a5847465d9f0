import {
  isTakoError,
  wrapProvider,
  type Call,
  type ChatEvent,
  type ChatRequest,
  type Message,
  type Provider,
  type TakoError,
} from '@tako/core';

import { acme, fromAcme, toAcme, type AcmeFrame, type AcmeFrames, type AcmeOptions } from '../acme/acme.js';

/** A provider with one fault, and the cases that must find it. */
export interface Mutant {
  readonly fault: string;
  /** All cases whose names match: a beginning, or an expression. */
  readonly caughtBy: readonly (string | RegExp)[];
  /** What each of these cases says about it. */
  readonly says: RegExp;
  readonly make: (options: AcmeOptions) => Provider;
}

type Description = Omit<Mutant, 'make'>;

/** Does something else with the stream of a correct provider. */
export function tells(
  change: (
    events: AsyncIterable<ChatEvent>,
    call: Call,
    again: () => AsyncIterable<ChatEvent>,
  ) => AsyncIterable<ChatEvent>,
  description: Description,
): Mutant {
  const make = (options: AcmeOptions): Provider => {
    const model = acme(options);
    return wrapProvider(model, (request, call) =>
      change(model.stream(request, call), call, () => model.stream(request, call)),
    );
  };
  return { ...description, make };
}

/** Changes single events. */
export function alters(change: (event: ChatEvent) => ChatEvent, description: Description): Mutant {
  return tells(async function* (events) {
    for await (const event of events) yield change(event);
  }, description);
}

/** Changes errors on their way out. */
export function throws(
  change: (error: TakoError, options: AcmeOptions, request: ChatRequest) => void,
  description: Description,
): Mutant {
  const make = (options: AcmeOptions): Provider => {
    const model = acme(options);
    return wrapProvider(model, async function* (request, call) {
      try {
        yield* model.stream(request, call);
      } catch (error) {
        if (isTakoError(error)) change(error, options, request);
        throw error;
      }
    });
  };
  return { ...description, make };
}

/** Asks on behalf of another call than the one it got. */
export function calls(change: (call: Call) => Call, description: Description): Mutant {
  const make = (options: AcmeOptions): Provider => {
    const model = acme(options);
    return wrapProvider(model, async function* (request, call) {
      yield* model.stream(request, change(call));
    });
  };
  return { ...description, make };
}

/** Reads single frames wrongly. */
export function reads(change: (frame: AcmeFrame) => AcmeFrame, description: Description): Mutant {
  async function* changed(frames: AcmeFrames): AsyncGenerator<AcmeFrame | null> {
    for await (const frame of frames) yield frame === null ? frame : change(frame);
  }
  const make = (options: AcmeOptions): Provider =>
    acme({ ...options, translate: (frames, context) => fromAcme(changed(frames), context) });
  return { ...description, make };
}

/** Writes requests wrongly. */
export function writes(change: (request: ChatRequest) => ChatRequest, description: Description): Mutant {
  const make = (options: AcmeOptions): Provider =>
    acme({ ...options, write: (request, model, stream) => toAcme(change(request), model, stream) });
  return { ...description, make };
}

/** Writes the conversation wrongly. */
export function retells(
  change: (messages: readonly Message[]) => readonly Message[],
  description: Description,
): Mutant {
  return writes((request) => ({ ...request, messages: change(request.messages) }), description);
}

/** A correct provider with other options than it was given. */
export function misuses(change: (options: AcmeOptions) => AcmeOptions, description: Description): Mutant {
  return { ...description, make: (options) => acme(change(options)) };
}

/** A text as a stream of one. */
export async function* only(text: string): AsyncGenerator<string> {
  yield text;
}

/** Whether a text is JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
