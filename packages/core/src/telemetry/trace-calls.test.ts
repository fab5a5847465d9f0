import { AsyncLocalStorage } from 'node:async_hooks';

import { expect, test } from 'vitest';

import type { ChatEvent } from '../chat/chat-event.js';
import { providerError } from '../error/make-error.js';
import { user } from '../message/message.js';
import { call } from '../provider/call.js';
import { customProvider, type CustomStream } from '../provider/custom-provider.js';
import { chat, type Provider } from '../provider/provider.js';
import { customTracer } from './custom-tracer.js';
import { traceCalls } from './trace-calls.js';
import type { Attributes, Span, Tracer } from './tracer.js';

const hello = { messages: [user('hello')] };
const usage = { inputTokens: 1_000_000, outputTokens: 2_000_000 };

interface Noted {
  readonly kind: string;
  readonly name: string;
  readonly parent: Span | undefined;
  readonly attributes: Record<string, unknown>;
  readonly events: string[];
  ends: number;
  error?: unknown;
}

/** A tracer that writes down what it hears. */
function notebook(): { readonly tracer: Tracer; readonly spans: Noted[]; readonly ambient: () => Span | undefined } {
  const spans: Noted[] = [];
  const store = new AsyncLocalStorage<Span>();
  const tracer = customTracer({
    start(kind, name, attributes: Attributes = {}, parent) {
      const noted: Noted = { kind, name, parent, attributes: { ...attributes }, events: [], ends: 0 };
      spans.push(noted);
      const span: Span = {
        kind,
        set: (more) =>
          Object.assign(
            noted.attributes,
            Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined)),
          ),
        event: (event) => noted.events.push(event),
        end: (error) => Object.assign(noted, { ends: noted.ends + 1, error }),
        run: (work) => store.run(span, work),
      };
      return span;
    },
  });
  return { tracer, spans, ambient: () => store.getStore() };
}

function model(stream: CustomStream): Provider {
  return customProvider({ id: 'acme:m', stream, price: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 } });
}

test('a call is a span with its usage, its price and its end, under the span of its caller', async () => {
  const { tracer, spans } = notebook();
  const outer = tracer.start('run', 'run');
  const provider = model(async function* () {
    yield { type: 'start', requestId: 'r-1', model: 'm-2026' };
    yield { type: 'attempt', providerId: 'acme:m', usage, error: 'overloaded' };
    yield { type: 'finish', finishReason: 'stop', usage };
  });
  await chat(traceCalls(tracer)(provider), hello, call({ span: outer }));
  expect(spans[1]).toMatchObject({
    kind: 'model_call',
    name: 'chat m',
    parent: outer,
    attributes: {
      vendor: 'acme',
      providerId: 'acme:m',
      model: 'm-2026',
      requestId: 'r-1',
      inputTokens: 1_000_000,
      outputTokens: 2_000_000,
      costUsd: 5,
      finishReason: 'stop',
    },
    events: ['attempt'],
    ends: 1,
    error: undefined,
  });
});

test('what the model does runs inside the span, and the call carries it', async () => {
  const { tracer, ambient } = notebook();
  const seen: unknown[] = [];
  const provider = model(async function* (_request, { span, tracer: theirs }) {
    seen.push(ambient() === span, theirs === tracer);
    yield 'a';
    seen.push(ambient() === span);
    yield 'b';
  });
  await chat(traceCalls(tracer)(provider), hello);
  expect(seen).toEqual([true, true, true]);
  expect(ambient()).toBeUndefined();
});

test('a failure ends the span with it, and with what was used until then', async () => {
  const { tracer, spans } = notebook();
  const gone = providerError('overloaded', 'gone', { partial: { content: [], usage } });
  const provider = model(() => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(gone) }) }));
  await expect(chat(traceCalls(tracer)(provider), hello)).rejects.toBe(gone);
  expect(spans).toMatchObject([{ ends: 1, error: gone, attributes: { inputTokens: 1_000_000, costUsd: 5 } }]);
});

test('a consumer that leaves ends the span', async () => {
  const { tracer, spans } = notebook();
  const provider = model(async function* (): AsyncGenerator<ChatEvent | string> {
    for (;;) yield 'x';
  });
  for await (const event of traceCalls(tracer)(provider).stream(hello, call())) if (event.type === 'text_delta') break;
  expect(spans).toMatchObject([{ ends: 1, error: undefined, attributes: { isLeft: true } }]);
});

test('a call inside of a traced call is not told once more, and `chat` tells of those that nobody wrapped', async () => {
  const { tracer, spans } = notebook();
  const provider = model(async function* () {
    yield 'a';
  });
  await chat(traceCalls(tracer)(traceCalls(tracer)(provider)), hello);
  expect(spans).toHaveLength(1);
  await chat(provider, hello, call({ tracer }));
  await chat(traceCalls(tracer)(provider), hello, call({ tracer }));
  expect(spans.map(({ ends }) => ends)).toEqual([1, 1, 1]);
});

test('the first piece of the answer is noted once, and the pieces are counted', async () => {
  const { tracer, spans } = notebook();
  const provider = model(async function* () {
    yield { type: 'start' };
    yield 'a';
    yield 'b';
  });
  await chat(traceCalls(tracer)(provider), hello);
  expect(spans).toMatchObject([{ events: ['first_chunk'], attributes: { chunks: 2 } }]);
});

test('a provider that throws before there is a stream leaves no open span', async () => {
  const { tracer, spans } = notebook();
  const broken = new Error('broken');
  const provider: Provider = {
    ...model(async function* () {}),
    stream: () => {
      throw broken;
    },
  };
  await expect(chat(traceCalls(tracer)(provider), hello)).rejects.toThrow('threw no TakoError');
  expect(spans).toMatchObject([{ ends: 1, error: broken }]);
});
