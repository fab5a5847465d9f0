import {
  call as callOf,
  collect,
  isTakoError,
  TakoError,
  wrapProvider,
  type Call,
  type ChatRequest,
  type Provider,
} from '@tako/core';
import type { Timeouts } from '@tako/core/provider';

import { acme, type AcmeOptions } from '../acme/acme.js';
import { calls, misuses, tells, type Mutant } from './mutant.js';

/** Streams that nobody closes. Were they forgotten, the garbage collector would close their connections. */
const abandoned: unknown[] = [];

function kept<T>(stream: T): T {
  abandoned.push(stream);
  return stream;
}

/** Providers that do not stop, or do not start, when they should; and those whose `chat` is not their stream. */
export const leavingMutants: readonly Mutant[] = [
  changes((model) => ({ ...model, contract: 2 as 1 }), {
    // as: a provider of another version is what the case looks for
    fault: 'is of another version',
    caughtBy: ['contract: the version'],
    says: /contract: expected 1/,
  }),
  changes((model, { model: name }) => ({ ...model, id: `acme/${name}` }), {
    fault: 'has its own idea of ids',
    caughtBy: ['contract: the id'],
    says: /halves of the id/,
  }),
  changes(
    (model) => {
      const { vision: _, ...capabilities } = model.capabilities;
      return Object.assign({}, model, { capabilities });
    },
    { fault: 'says nothing about pictures', caughtBy: ['contract: capabilities'], says: /capabilities\.vision/ },
  ),
  changes(
    (model, { baseUrl }) => {
      fetch(baseUrl).catch(() => undefined);
      return model;
    },
    { fault: 'warms its connection up', caughtBy: ['contract: making a provider'], says: /connections/ },
  ),
  changes(
    (model) =>
      wrapProvider(model, (request, call) => {
        const inner = model.stream(request, call)[Symbol.asyncIterator]();
        const first = inner.next();
        first.catch(() => undefined);
        return {
          async *[Symbol.asyncIterator]() {
            for (let result = await first; result.done !== true; result = await inner.next()) yield result.value;
          },
        };
      }),
    {
      fault: 'asks before anybody listens',
      caughtBy: ['contract: nothing happens', 'contract: a stream that is left'],
      says: /connections/,
    },
  ),

  calls((call) => callOf({ ...call, signal: new AbortController().signal }), {
    fault: 'does not hear an abort',
    caughtBy: [
      'cancellation: an abort before',
      'cancellation: an abort while the vendor has not answered',
      'cancellation: an abort in mid-text',
      'cancellation: an abort in the arguments',
    ],
    says: /there was none|not within/,
  }),
  tells(
    async function* (events) {
      try {
        yield* events;
      } catch (error) {
        throw isTakoError(error, 'cancelled') ? new TakoError('cancelled', 'cancelled') : error;
      }
    },
    {
      fault: 'loses the reason of an abort',
      caughtBy: ['cancellation: an abort in mid-text'],
      says: /signal's reason/,
    },
  ),
  changes(
    (model) =>
      wrapProvider(model, async function* (request, call) {
        const deaf = callOf({ ...call, signal: new AbortController().signal });
        for await (const event of model.stream(request, deaf)) {
          if (call.signal.aborted) throw new TakoError('cancelled', 'cancelled', { cause: call.signal.reason });
          yield event;
        }
      }),
    {
      fault: 'hears an abort only when the vendor speaks',
      caughtBy: ['cancellation: an abort while the next event'],
      says: /not within/,
    },
  ),
  changes(
    (model) =>
      wrapProvider(model, async function* (request, call) {
        const inner = kept(model.stream(request, callOf())[Symbol.asyncIterator]());
        for (;;) {
          const { done, value } = await inner.next();
          if (call.signal.aborted) throw new TakoError('cancelled', 'cancelled', { cause: call.signal.reason });
          if (done === true) return;
          yield value;
        }
      }),
    {
      fault: 'leaves its connection open after an abort',
      caughtBy: ['cancellation: an abort in mid-stream closes'],
      says: /connection to the vendor is closed/,
    },
  ),
  changes(
    (model) => {
      const shared = new AbortController();
      return wrapProvider(model, async function* (request, call) {
        call.signal.addEventListener('abort', () => shared.abort(call.signal.reason), { once: true });
        yield* model.stream(request, { ...call, signal: shared.signal });
      });
    },
    {
      fault: 'cancels all calls when one is',
      caughtBy: ['cancellation: an abort of one call', 'cancellation: an abort after the end'],
      says: /the other call|the next call/,
    },
  ),
  tells(
    async function* (events, { signal }) {
      for await (const event of events) {
        yield event;
        if (event.type === 'finish' && signal.aborted) throw new TakoError('cancelled', 'cancelled');
      }
    },
    { fault: 'cancels what is complete', caughtBy: ['cancellation: an abort while finish'], says: /is not cancelled/ },
  ),
  tells(
    async function* (events) {
      const inner = kept(events[Symbol.asyncIterator]());
      for (;;) {
        const { done, value } = await inner.next(); // without return(): nobody closes what is inside
        if (done === true) return;
        yield value;
      }
    },
    {
      fault: 'goes on when its consumer has left',
      caughtBy: ['cancellation: a consumer that leaves'],
      says: /connection to the vendor is closed/,
    },
  ),
  calls(
    (call) => {
      call.signal.addEventListener('abort', () => undefined);
      return call;
    },
    { fault: 'forgets its listener', caughtBy: ['cancellation: no listener'], says: /listeners left/ },
  ),

  misuses((options) => ({ ...options, timeouts: {} }), {
    fault: 'knows no limit',
    caughtBy: ['time limits: connect'],
    says: /expected the code timeout/,
  }),
  limits(({ betweenEventsMs, ...rest }) => ({ ...rest, totalMs: betweenEventsMs }), {
    fault: 'counts the time that its consumer takes',
    caughtBy: ['time limits: a consumer that takes its time'],
    says: /only while somebody waits/,
  }),
  // setTimeout takes Infinity for 1.
  limits(({ totalMs, ...rest }) => ({ ...rest, totalMs: totalMs === Infinity ? 1 : totalMs }), {
    fault: 'takes Infinity for no time at all',
    caughtBy: ['time limits: Infinity'],
    says: /without limits/,
  }),

  chats(async (model, request, call) => ({ ...(await collect(model.stream(request, call))), finishReason: 'length' }), {
    fault: 'ends whole answers otherwise',
    caughtBy: ['unstreamed: chat equals'],
    says: /compared with the collected stream/,
  }),
  chats(
    async (model, request, call) => {
      const response = await collect(model.stream(request, call));
      const content = response.message.content.filter(({ type }) => type !== 'tool_call');
      return { ...response, message: { ...response.message, content } };
    },
    {
      fault: 'leaves tool calls out of whole answers',
      caughtBy: [
        'unstreamed: chat equals the collected stream, for tool',
        'unstreamed: chat equals the collected stream, for all',
      ],
      says: /compared with the collected stream/,
    },
  ),
  chats(
    (model, request, call) =>
      collect(model.stream(request, call)).catch(() => Promise.reject(new Error('it did not work'))),
    { fault: 'fails otherwise in chat', caughtBy: ['unstreamed: chat fails'], says: /expected a TakoError/ },
  ),
  chats((model, request) => collect(model.stream(request, callOf())), {
    fault: 'hears no abort of chat',
    caughtBy: ['unstreamed: an abort of chat'],
    says: /the abort ends chat/,
  }),
  chats(
    (model, request, call) => {
      call.signal.addEventListener('abort', () => undefined);
      return collect(model.stream(request, call));
    },
    { fault: 'forgets a listener of chat', caughtBy: ['unstreamed: chat leaves no listener'], says: /listeners left/ },
  ),
];

type Description = Omit<Mutant, 'make'>;

function changes(change: (model: Provider, options: AcmeOptions) => Provider, description: Description): Mutant {
  return { ...description, make: (options) => change(acme(options), options) };
}

function limits(change: (timeouts: Timeouts) => Timeouts, description: Description): Mutant {
  return misuses(
    ({ timeouts, ...options }) => ({ ...options, timeouts: timeouts === undefined ? undefined : change(timeouts) }),
    description,
  );
}

function chats(
  chat: (model: Provider, request: ChatRequest, call: Call) => ReturnType<NonNullable<Provider['chat']>>,
  description: Description,
): Mutant {
  return changes((model) => ({ ...model, chat: (request, call) => chat(model, request, call) }), description);
}
