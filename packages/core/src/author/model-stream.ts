import type { ChatEvent, StartEvent } from '../chat/chat-event.js';
import { ResponseBuilder } from '../chat/response-builder.js';
import { attachPartial } from '../error/attach-partial.js';
import { cancelled, malformedAnswer } from '../error/make-error.js';
import type { TakoError } from '../error/tako-error.js';
import type { Clock } from '../platform/platform.js';
import type { Call } from '../provider/call.js';
import { lazyEvents } from './lazy-events.js';
import type { Timeouts } from './timeouts.js';
import { Watchdog } from './watchdog.js';

/** What `open` gets: a signal for everything it starts, and a way to say that the vendor has answered. */
export interface OpenedCall {
  /** Aborts with the caller's signal, when a limit passes, and when the consumer leaves. */
  readonly signal: AbortSignal;
  /**
   * Call it when the answer's headers are there: ends the connect limit. With the headers (names in lower case), `start`
   * tells those among them that speak of rate limits.
   */
  readonly connected: (headers?: { readonly [name: string]: string }) => void;
  /** Aborts the signal where the answer is whole and its connection does not end. The stream goes on. */
  readonly hangUp: () => void;
}

/** What `modelStream` needs. */
export interface ModelStreamOptions {
  readonly call: Call;
  /** The provider's id, for errors. */
  readonly source: string;
  readonly clock: Clock;
  readonly timeouts?: Timeouts | undefined;
  /** Asks the vendor and gives its events. It runs when the first event is asked for. */
  readonly open: (opened: OpenedCall) => AsyncIterable<ChatEvent> | Promise<AsyncIterable<ChatEvent>>;
  /** Turns what `open` threw into ours. */
  readonly toError: (error: unknown) => TakoError;
}

/**
 * The promises of `Provider.stream`, kept in one place for every provider: exactly one `finish` and nothing after it,
 * four time limits, `cancelled` within one event after an abort, errors that are ours and carry `partial`, nothing left
 * open or listening when the stream is over, also when its consumer leaves early.
 */
export async function* modelStream(options: ModelStreamOptions): AsyncGenerator<ChatEvent, void, undefined> {
  const { call, source, clock, timeouts = {}, open, toError } = options;
  if (call.signal.aborted) throw cancelled(call.signal.reason, { content: [] });

  const controller = new AbortController();
  const builder = new ResponseBuilder();
  let failure: TakoError | undefined;
  let events: AsyncIterator<ChatEvent> | undefined;
  let finished = false;
  let rateLimits: StartEvent['rateLimits'];
  let abandon: (error: unknown) => void = () => undefined;
  const fail = (error: TakoError): void => {
    failure ??= error;
    abandon(error);
    controller.abort(error);
  };
  const onAbort = (): void => {
    fail(cancelled(call.signal.reason));
  };
  call.signal.addEventListener('abort', onAbort, { once: true });
  const watchdog = new Watchdog(source, clock, timeouts, fail);
  const throwIfFailed = (): void => {
    if (failure !== undefined) throw failure;
  };

  /** The next event, or the failure as soon as there is one: a vendor client may not listen to its signal. */
  const next = (from: AsyncIterator<ChatEvent>): Promise<IteratorResult<ChatEvent>> =>
    new Promise((resolve, reject) => {
      abandon = reject;
      from.next().then(resolve, reject);
    });

  try {
    const connected: OpenedCall['connected'] = (headers = {}) => {
      watchdog.connected();
      rateLimits = Object.fromEntries(Object.entries(headers).filter(([name]) => name.includes('ratelimit')));
    };
    const opened = open({ signal: controller.signal, connected, hangUp: () => controller.abort() });
    events = ('then' in opened ? lazyEvents(opened) : opened)[Symbol.asyncIterator]();
    throwIfFailed();
    for (;;) {
      const { done, value: event } = await next(events);
      throwIfFailed();
      if (done === true) {
        throw malformedAnswer(source, 'the stream ended without its end');
      }
      builder.add(event);
      if (event.type === 'finish') {
        finished = true;
        watchdog.stop();
        yield event;
        return;
      }
      watchdog.event(isContent(event));
      yield event.type === 'start' ? { ...event, rateLimits } : event;
      throwIfFailed(); // the caller may have aborted while it held the event
      watchdog.waiting();
    }
  } catch (error) {
    throw attachPartial(failure ?? toError(error), builder.partial());
  } finally {
    watchdog.stop();
    call.signal.removeEventListener('abort', onAbort);
    if (!finished) controller.abort(failure); // first: a vendor client may wait for its request before it returns
    const closing = closed(events);
    if (failure === undefined) await closing;
  }
}

function isContent({ type }: ChatEvent): boolean {
  return type.endsWith('_delta') || type.startsWith('tool_call');
}

/** Ends an iterator. How that goes is nobody's concern: the outcome is decided already. */
async function closed(events: AsyncIterator<ChatEvent> | undefined): Promise<void> {
  try {
    await events?.return?.();
  } catch {
    // as above
  }
}
