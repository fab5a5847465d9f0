import type { Capabilities } from '../../chat/capabilities.js';
import type { ChatEvent, WarningEvent } from '../../chat/chat-event.js';
import type { ChatRequest } from '../../chat/chat-request.js';
import { collect } from '../../chat/collect.js';
import type { Price } from '../../chat/price.js';
import { CONTRACT } from '../../contract.js';
import type { TakoError } from '../../error/tako-error.js';
import type { HttpResponse } from '../../platform/http-transport.js';
import type { Clock } from '../../platform/platform.js';
import type { Call } from '../../provider/call.js';
import type { Provider } from '../../provider/provider.js';
import { modelStream, type OpenedCall } from '../model-stream.js';
import { readText } from '../read-text.js';
import { requireSupport } from '../require-support.js';
import { statusError, type FailedAnswer } from '../status-error.js';
import type { Timeouts } from '../timeouts.js';
import { transportError } from '../transport-error.js';
import { finishableBody } from './finishable-body.js';
import { wholeBody } from './whole-body.js';

/** An answer, whatever its status, and what must not show in an error about it. */
export interface SentRequest {
  readonly answer: HttpResponse;
  readonly secrets: readonly string[];
}

/** What goes with a request that is being sent. */
export interface SendContext {
  /** Whether a streamed answer is wanted. */
  readonly stream: boolean;
  /** Aborts with the caller's signal, when a limit passes, and when the consumer leaves. */
  readonly signal: AbortSignal;
  readonly call: Call;
}

/** What a reader of an answer is told besides its body. */
export interface AnswerContext {
  /** The provider's id, for errors. */
  readonly source: string;
  /** The request's id from the answer's headers. */
  readonly requestId: string | undefined;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  /** To be told right after `start`. */
  readonly warnings: readonly WarningEvent[];
  /** Await it at the vendor's last frame, before `finish` is told: it reads the end of the body, so that its connection can be used again. */
  readonly onDone: () => Promise<void>;
  /** Makes the error of a failure that the vendor tells inside its answer: an HTTP status that would fit, and the failure's JSON text. */
  readonly toError: (status: number, body: string) => TakoError;
}

/** What `httpProvider` needs of a vendor. */
export interface HttpProviderOptions<Asked> {
  /** `vendor:model`. */
  readonly id: string;
  readonly capabilities: Capabilities;
  readonly price?: Price | undefined;
  readonly timeouts?: Timeouts | undefined;
  readonly clock: Clock;
  /**
   * Puts a request into the vendor's words. It is called with requests that `requireSupport` let pass, before anything is
   * read or sent.
   *
   * @throws `unsupported` for what the vendor cannot express.
   */
  readonly toVendor: (
    request: ChatRequest,
    stream: boolean,
  ) => { readonly asked: Asked; readonly warnings: readonly WarningEvent[] };
  /** Sends it. What it throws is no answer: a failed connection, a missing key. An answer of any status is one. */
  readonly send: (asked: Asked, context: SendContext) => Promise<SentRequest>;
  /** Reads the bytes of a streamed answer. */
  readonly fromStream: (bytes: AsyncIterable<Uint8Array>, context: AnswerContext) => AsyncIterable<ChatEvent>;
  /** Tells a whole answer, parsed, as the events that its stream would have had. */
  readonly fromWhole: (answer: object, context: AnswerContext) => Iterable<ChatEvent>;
  /** The header that carries the request's id, in lower case. @defaultValue `x-request-id` */
  readonly requestIdHeader?: string | undefined;
  /** The error for an answer that is no success. @defaultValue `statusError` */
  readonly toStatusError?: ((answer: FailedAnswer) => TakoError) | undefined;
}

/**
 * A provider over a vendor's HTTP API, whoever sends the bytes: the promises of `modelStream`, nothing asked of a model that
 * certainly cannot do it, answers read as what they are (streamed or whole, whichever was asked for), and the connection
 * left in a state in which it can be used again.
 */
export function httpProvider<Asked>(options: HttpProviderOptions<Asked>): Provider {
  const { id, capabilities, price, timeouts = {}, clock, toVendor, send, toStatusError = statusError } = options;
  const { requestIdHeader = 'x-request-id' } = options;
  const streams = capabilities.streaming !== 'no';
  // The headers of an unstreamed answer come when all of it is there.
  const wholeTimeouts = { ...timeouts, connectMs: Infinity, firstEventMs: Infinity };

  async function open(
    request: ChatRequest,
    call: Call,
    stream: boolean,
    opened: OpenedCall,
  ): Promise<AsyncIterable<ChatEvent>> {
    requireSupport(request, capabilities, id);
    const { asked, warnings } = toVendor(request, stream);
    const { answer, secrets } = await send(asked, { stream, signal: opened.signal, call });
    const { status, headers } = answer;
    opened.connected(headers);
    const toError = (failedStatus: number, body: string): TakoError =>
      toStatusError({ source: id, status: failedStatus, headers, body, request, secrets, nowMs: clock.now() });
    if (status < 200 || status > 299) throw toError(status, await readText(answer.body));
    const { bytes, readRest } = finishableBody(answer.body, id, clock, opened.hangUp);
    const requestId = headers[requestIdHeader];
    const context: AnswerContext = { source: id, requestId, headers, warnings, onDone: readRest, toError };
    return isStreamed(headers['content-type'], stream)
      ? options.fromStream(bytes, context)
      : told(options.fromWhole(await wholeBody(bytes, id), context));
  }

  const ask = (request: ChatRequest, call: Call, stream: boolean): AsyncIterable<ChatEvent> =>
    modelStream({
      call,
      source: id,
      clock,
      timeouts: stream ? timeouts : wholeTimeouts,
      open: (opened) => open(request, call, stream, opened),
      toError: (error) => transportError(error, id),
    });

  return {
    contract: CONTRACT,
    id,
    capabilities,
    price,
    stream: (request, call) => ask(request, call, streams && call.streaming !== false),
    chat: (request, call) => collect(ask(request, call, false)),
  };
}

/** A server that cannot stream answers with JSON. @param asked what was asked for, which counts where the type says nothing */
function isStreamed(contentType = '', asked: boolean): boolean {
  return asked
    ? !/^application\/([\w.-]+\+)?json/i.test(contentType)
    : /^(text\/event-stream|.*ndjson)/i.test(contentType);
}

async function* told(events: Iterable<ChatEvent>): AsyncGenerator<ChatEvent> {
  yield* events;
}
