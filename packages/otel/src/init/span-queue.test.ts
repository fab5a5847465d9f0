import { context, diag, DiagLogLevel, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { emptyResource } from '@opentelemetry/resources';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';

import type { Sent } from './otlp-sender.js';
import { SpanQueue } from './span-queue.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A queue whose requests stay open until they are answered. */
function queued(maxSpans = 2_048) {
  const sent: { readonly names: readonly string[]; readonly answer: (sent: Sent) => void }[] = [];
  const queue = new SpanQueue({
    send: (body) =>
      new Promise((answer) => {
        sent.push({
          names:
            Buffer.from(body)
              .toString('latin1')
              .match(/span-\d+(?=;)/g) ?? [],
          answer,
        });
      }),
    resource: emptyResource(),
    maxSpans,
  });
  const tracer = new TracerProvider({ spanProcessors: [queue] }).getTracer('test');
  let made = 0;
  return {
    queue,
    sent,
    make(count: number) {
      for (let at = 0; at < count; at++) tracer.startSpan(`span-${made++};`).end();
    },
    /** Answers all that is asked, until nothing is. */
    async answerAll(answer: Sent) {
      for (let at = 0; at < sent.length; at++) {
        sent[at]?.answer(answer);
        await vi.advanceTimersByTimeAsync(0);
      }
    },
  };
}

const taken: Sent = { outcome: 'taken' };

/** What the SDK's log says meanwhile. */
function warnings(): string[] {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const quiet = (): void => undefined;
  diag.setLogger({ error: say, warn: say, info: quiet, debug: quiet, verbose: quiet }, DiagLogLevel.ALL);
  onTestFinished(() => diag.disable());
  return said;
}

test('a batch goes at once when it is full, and after five seconds when it is not', async () => {
  const { sent, make, answerAll } = queued();
  make(513);
  expect(sent.map(({ names }) => names.length)).toEqual([512]);
  await answerAll(taken);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent[1]?.names).toEqual(['span-512']);
});

test('one request at a time; what is too much is dropped, and told', async () => {
  const said = warnings();
  const { sent, make, answerAll } = queued(1_000);
  make(5_000);
  expect(sent).toHaveLength(1);
  await answerAll(taken);
  await vi.advanceTimersByTimeAsync(5_000);
  await answerAll(taken);
  expect(sent.flatMap(({ names }) => names)).toEqual(Array.from({ length: 1_000 }, (_, at) => `span-${at}`));
  expect(said).toEqual(['tako: dropped 4000 spans, since too many were waiting to be sent']);
  make(1);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(sent.at(-1)?.names).toEqual(['span-5000']);
});

test('large spans make small batches', () => {
  const { sent, queue } = queued();
  const tracer = new TracerProvider({ spanProcessors: [queue] }).getTracer('large');
  for (let at = 0; at < 10; at++) tracer.startSpan(`span-${at};`, { attributes: { said: 'x'.repeat(300_000) } }).end();
  expect(sent.map(({ names }) => names.length)).toEqual([4]);
});

test('a collector that wants it later gets the same again, as late as it says; in the end it is given up', async () => {
  const said = warnings();
  const { sent, make } = queued();
  make(1);
  await vi.advanceTimersByTimeAsync(5_000);
  sent[0]?.answer({ outcome: 'again', reason: 'busy', afterMs: 7_000 });
  await vi.advanceTimersByTimeAsync(6_999);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  for (const at of [1, 2, 3, 4]) {
    expect(sent[at]?.names).toEqual(['span-0']);
    sent[at]?.answer({ outcome: 'again', reason: 'busy' });
    await vi.advanceTimersByTimeAsync(5_000);
  }
  expect(sent).toHaveLength(5);
  expect(said).toEqual(['tako: the collector did not take spans: busy']);
});

test('what a collector refuses is not sent again, and the next is', async () => {
  const said = warnings();
  const { sent, make } = queued();
  make(1_024);
  sent[0]?.answer({ outcome: 'refused', reason: 'status 400' });
  await vi.advanceTimersByTimeAsync(0);
  expect(sent[1]?.names[0]).toBe('span-512');
  expect(said).toHaveLength(1);
});

test('shutdown sends what there is and waits for it; nothing is taken afterwards', async () => {
  const { queue, sent, make, answerAll } = queued();
  make(3);
  let isOver = false;
  const ending = queue.shutdown().then(() => (isOver = true));
  await vi.advanceTimersByTimeAsync(0);
  expect([sent[0]?.names.length, isOver]).toEqual([3, false]);
  await answerAll(taken);
  await ending;
  make(600);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(1);
});

test('nothing that sends is told as a span, nor in the span that has just ended', async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  onTestFinished(() => context.disable());
  const seen: unknown[] = [];
  const queue = new SpanQueue({
    send() {
      seen.push(trace.getActiveSpan());
      inner.startSpan('POST').end();
      return Promise.resolve(taken);
    },
    resource: emptyResource(),
    maxSpans: 10,
  });
  const inner = new TracerProvider({ spanProcessors: [queue] }).getTracer('test');
  inner.startActiveSpan('outer', (span) => span.end());
  await queue.forceFlush();
  await queue.forceFlush();
  expect(seen).toEqual([undefined]);
});
