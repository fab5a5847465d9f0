import { modelStream } from '../author/model-stream.js';
import { requireSupport } from '../author/require-support.js';
import { unknownCapabilities, type Capabilities } from '../chat/capabilities.js';
import type { ChatEvent } from '../chat/chat-event.js';
import type { ChatRequest } from '../chat/chat-request.js';
import type { ChatResponse } from '../chat/chat-response.js';
import { collect } from '../chat/collect.js';
import type { Price } from '../chat/price.js';
import { responseEvents } from '../chat/response-events.js';
import { CONTRACT } from '../contract.js';
import { invalidOptions, malformedAnswer, toTakoError } from '../error/make-error.js';
import { assistant } from '../message/message.js';
import type { Clock } from '../platform/platform.js';
import type { Call } from './call.js';
import type { Provider } from './provider.js';

/** An answer: its text, or a message with what else is known. */
export type CustomAnswer = string | (Pick<ChatResponse, 'message'> & Partial<ChatResponse>);

/** Makes the whole answer. `call.signal` aborts too when nobody waits for the answer any more. */
export type CustomChat = (request: ChatRequest, call: Call) => CustomAnswer | Promise<CustomAnswer>;

/** Makes the answer piece by piece: texts, which are joined, or events. */
export type CustomStream = (request: ChatRequest, call: Call) => AsyncIterable<ChatEvent | string>;

/** What `customProvider` takes: one of the two functions, or both. */
export interface CustomProviderOptions {
  /** `vendor:model`. */
  readonly id: string;
  readonly chat?: CustomChat | undefined;
  readonly stream?: CustomStream | undefined;
  /** @defaultValue all `unknown`: nothing is refused */
  readonly capabilities?: Partial<Capabilities> | undefined;
  /** Set it where a budget counts US dollars; for what costs nothing, all prices 0. */
  readonly price?: Price | undefined;
}

/** A clock that stands still: a function has no time limits of its own. The layer `timeout` gives it some. */
const stillClock: Clock = { now: () => 0, after: () => () => undefined };

/**
 * A provider made of a function: a model in your own process, a cache, a rule, a test.
 *
 * ```ts
 * const shout = customProvider({
 *   id: 'local:shout',
 *   chat: ({ messages }) => messages.map(textOf).join(' ').toUpperCase(),
 * });
 * ```
 *
 * It keeps the contract whatever the function does: a missing `finish` is added, an event after it is refused with
 * `malformed_response`, an abort ends the call at once even when the function does not listen. What it throws is handed
 * through where it is a `TakoError`; anything else becomes `provider`, which is not tried again.
 *
 * @throws `invalid` without an id or a function.
 */
export function customProvider(options: CustomProviderOptions): Provider {
  const { id, chat, stream, price } = options;
  if (typeof id !== 'string' || id === '')
    throw invalidOptions('customProvider', 'id must be a text like `vendor:model`');
  if (chat === undefined && stream === undefined)
    throw invalidOptions(id, 'a function is needed: chat, stream, or both');
  const capabilities: Capabilities = { ...unknownCapabilities, ...options.capabilities };

  const whole: CustomStream = async function* (request, call) {
    const answer = await chat?.(request, call);
    yield* responseEvents(toResponse(answer, id));
  };

  const ask = (request: ChatRequest, call: Call, events: CustomStream): AsyncIterable<ChatEvent> =>
    modelStream({
      call,
      source: id,
      clock: stillClock,
      open({ signal }) {
        requireSupport(request, capabilities, id);
        return withOneEnd(events(request, { ...call, signal }), id);
      },
      toError: (error) =>
        toTakoError(error, 'provider', `${id}: the function failed`, { source: id, retryable: false }),
    });

  return {
    contract: CONTRACT,
    id,
    capabilities,
    price,
    stream: (request, call) =>
      ask(request, call, stream === undefined || (chat !== undefined && call.streaming === false) ? whole : stream),
    chat: chat === undefined ? undefined : (request, call) => collect(ask(request, call, whole)),
  };
}

/** @throws `malformed_response` for anything but an answer: from JavaScript, functions return what they like. */
function toResponse(answer: CustomAnswer | undefined, source: string): ChatResponse {
  const given: Partial<ChatResponse> | null | undefined =
    typeof answer === 'string' ? { message: assistant(answer) } : answer;
  const message = given?.message;
  if (!Array.isArray(message?.content)) {
    throw malformedAnswer(source, 'chat must return a text, or an object with a message');
  }
  const callsTools = message.content.some(({ type }) => type === 'tool_call');
  return { finishReason: callsTools ? 'tool_calls' : 'stop', warnings: [], ...given, message };
}

/** Texts as events, one `finish` and nothing after it. */
async function* withOneEnd(events: AsyncIterable<ChatEvent | string>, source: string): AsyncGenerator<ChatEvent> {
  let finish: ChatEvent | undefined;
  let callsTools = false;
  let textIndex: number | undefined;
  let nextIndex = 0;
  for await (const given of events) {
    if (finish !== undefined) {
      throw malformedAnswer(source, 'the stream goes on after its finish');
    }
    if (typeof given === 'string') textIndex ??= nextIndex;
    const event: ChatEvent =
      typeof given === 'string' ? { type: 'text_delta', index: textIndex ?? 0, text: given } : given;
    if (event.type === 'finish') {
      finish = event;
      continue;
    }
    if ('index' in event) {
      if (event.index !== textIndex) textIndex = undefined; // what comes between two texts parts them
      nextIndex = Math.max(nextIndex, event.index + 1);
    }
    callsTools ||= event.type === 'tool_call_start';
    yield event;
  }
  yield finish ?? { type: 'finish', finishReason: callsTools ? 'tool_calls' : 'stop' };
}
