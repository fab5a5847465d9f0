import { call, ResponseBuilder } from '@tako/core';
import { setTimeout as sleep } from 'node:timers/promises';

import { trackedSignal, type TrackedSignal } from '../../tracked-signal.js';
import type { Bench } from '../bench/bench.js';
import { expectCode, expectEqual, expectThat, within } from '../bench/expectation.js';
import { framesBefore } from '../bench/frames.js';
import { builtFrom, listen, listenToEnd } from '../bench/listen.js';
import type { MockVendor, VendorScript } from '../bench/mock-vendor.js';
import { longAnswer, question, textAnswer, toolAnswer, toolQuestion } from '../bench/samples.js';
import { refused, silent, streamed, streamedFrames } from '../bench/vendor-scripts.js';
import type { CaseDefinition } from '../conformance-case.js';

const reason = new Error('the user closed the window');
/** An abort has to show within this time, in milliseconds; a vendor's time limits are far longer. */
const promptMs = 1_000;

/** Aborts at any time, and consumers that leave. */
export const cancellationCases: readonly CaseDefinition[] = [
  {
    name: 'cancellation: an abort before the call opens no connection',
    async run(bench) {
      const server = await bench.vendor(streamed(bench.wire, textAnswer));
      const signal = AbortSignal.abort(reason);
      const { events, error } = await listen(bench.provider(server), question, { signal });
      expectCancelled(error);
      expectEqual(events, [], 'the events');
      await sleep(30);
      expectEqual(server.connections, 0, 'connections');
    },
  },
  {
    name: 'cancellation: an abort before the first event is asked for opens no connection',
    async run(bench) {
      const server = await bench.vendor(streamed(bench.wire, textAnswer));
      const tracked = trackedSignal();
      const stream = bench.provider(server).stream(question, call({ signal: tracked.signal }));
      const events = stream[Symbol.asyncIterator]();
      tracked.abort(reason);
      const error = await within(
        promptMs,
        events.next().then(
          () => undefined,
          (thrown: unknown) => thrown,
        ),
        'an abort',
      );
      expectCancelled(error);
      await sleep(30);
      expectEqual([server.connections, tracked.listeners], [0, 0], 'connections, and listeners left');
    },
  },
  {
    name: 'cancellation: an abort while the vendor has not answered',
    async run(bench) {
      const server = await bench.vendor(silent);
      const tracked = trackedSignal();
      const listening = listen(bench.provider(server), question, { signal: tracked.signal });
      await server.exchange(0);
      tracked.abort(reason);
      const { error } = await within(promptMs, listening, 'the abort ends the wait for an answer');
      expectCancelled(error);
      await expectGone(server, tracked);
    },
  },
  {
    name: 'cancellation: an abort while the next event does not come',
    async run(bench) {
      const { wire } = bench;
      const server = await bench.vendor(streamedFrames(wire, framesBefore(wire, longAnswer(10), 'word-5 '), 'hang'));
      const tracked = trackedSignal();
      const builder = new ResponseBuilder();
      let heardText: () => void = () => undefined;
      const text = new Promise<void>((resolve) => {
        heardText = resolve;
      });
      const listening = listen(bench.provider(server), question, { signal: tracked.signal }, (event) => {
        builder.add(event);
        if (event.type === 'text_delta') heardText();
      });
      await within(5_000, text, 'the first text');
      await sleep(10); // by now the consumer waits for what does not come
      tracked.abort(reason);
      const { error } = await within(promptMs, listening, 'the abort ends the wait for an event');
      expectEqual(
        expectCancelled(error).partial?.content,
        builder.content(),
        'partial.content, compared with what was heard',
      );
      await expectGone(server, tracked);
    },
  },
  abortedInMidStream('in mid-text', (bench) => streamed(bench.wire, longAnswer(200)), 'text_delta'),
  abortedInMidStream('in the arguments of a tool call', (bench) => streamed(bench.wire, toolAnswer), 'tool_call_delta'),
  {
    name: 'cancellation: an abort in mid-stream closes the connection',
    async run(bench) {
      const { wire } = bench;
      const server = await bench.vendor(streamedFrames(wire, framesBefore(wire, longAnswer(10), 'word-5 '), 'hang'));
      const tracked = trackedSignal();
      const { error } = await listen(bench.provider(server), question, { signal: tracked.signal }, (event) => {
        if (event.type === 'text_delta') tracked.abort(reason);
      });
      expectCancelled(error);
      await expectGone(server, tracked);
    },
  },
  {
    name: 'cancellation: an abort after the end changes nothing',
    async run(bench) {
      const tracked = trackedSignal();
      const model = bench.provider(await bench.vendor(streamed(bench.wire, textAnswer)));
      const events = await listenToEnd(model, question, { signal: tracked.signal });
      tracked.abort(reason);
      await sleep(10); // an error that nobody catches would end the process by now
      expectEqual(builtFrom(events).finished, true, 'the answer is finished');
      const { error } = await listen(model, question);
      expectThat(error === undefined, 'the provider answers the next call');
    },
  },
  {
    name: 'cancellation: an abort while finish is held changes nothing',
    async run(bench) {
      const tracked = trackedSignal();
      const model = bench.provider(await bench.vendor(streamed(bench.wire, textAnswer)));
      const { error } = await listen(model, question, { signal: tracked.signal }, (event) => {
        if (event.type === 'finish') tracked.abort(reason);
      });
      expectThat(error === undefined, 'an answer that is complete is not cancelled');
    },
  },
  {
    name: 'cancellation: an abort of one call leaves the others alone',
    async run(bench) {
      const { wire } = bench;
      const model = bench.provider(await bench.vendor(streamed(wire, longAnswer(50))));
      const tracked = trackedSignal();
      const [aborted, other] = await Promise.all([
        listen(model, question, { signal: tracked.signal }, (event) => {
          if (event.type === 'text_delta') tracked.abort(reason);
        }),
        listen(model, question),
      ]);
      expectCancelled(aborted.error);
      expectThat(other.error === undefined, 'the other call comes to its end');
    },
  },
  leaves('in mid-text', (event) => event === 'text_delta'),
  leaves('at the first event', () => true),
  leavesNoListener('success', ({ wire }) => streamed(wire, textAnswer)),
  leavesNoListener('an error answer', ({ wire }) => refused(wire, 500)),
  leavesNoListener('a broken stream', ({ wire }) =>
    streamedFrames(wire, framesBefore(wire, longAnswer(10), 'word-5 '), 'reset'),
  ),
  leavesNoListener('a time limit', () => silent),
];

/** An abort while the consumer holds an event: all the rest has arrived already, and is not told any more. */
function abortedInMidStream(
  where: string,
  script: (bench: Bench) => VendorScript,
  type: 'text_delta' | 'tool_call_delta',
): CaseDefinition {
  return {
    name: `cancellation: an abort ${where} is thrown within one event`,
    async run(bench) {
      const server = await bench.vendor(script(bench));
      const tracked = trackedSignal();
      let abortedAt = -1;
      const { events, error } = await listen(
        bench.provider(server),
        toolQuestion,
        { signal: tracked.signal },
        async (event, at) => {
          if (event.type !== type || abortedAt >= 0) return;
          await sleep(30); // time for the rest to arrive
          abortedAt = at;
          tracked.abort(reason);
        },
      );
      const { partial } = expectCancelled(error);
      const told = events.length - 1 - abortedAt;
      expectThat(told <= 1, `one more event at most is told after the abort, got ${told}`);
      expectEqual(partial?.content, builtFrom(events).content(), 'partial.content, compared with what was heard');
      expectEqual(tracked.listeners, 0, 'listeners left on the signal');
    },
  };
}

function leaves(where: string, isPlace: (type: string) => boolean): CaseDefinition {
  return {
    name: `cancellation: a consumer that leaves ${where} closes the connection`,
    async run(bench) {
      const { wire } = bench;
      const server = await bench.vendor(streamedFrames(wire, framesBefore(wire, longAnswer(10), 'word-5 '), 'hang'));
      const tracked = trackedSignal();
      const { error } = await listen(bench.provider(server), question, { signal: tracked.signal }, ({ type }) =>
        isPlace(type) ? 'leave' : undefined,
      );
      expectThat(error === undefined, 'leaving throws nothing');
      await expectGone(server, tracked);
    },
  };
}

function leavesNoListener(after: string, script: (bench: Bench) => VendorScript): CaseDefinition {
  return {
    name: `cancellation: no listener is left on the signal after ${after}`,
    async run(bench) {
      const server = await bench.vendor(script(bench));
      const tracked = trackedSignal();
      const model = bench.provider(server, { timeouts: { connectMs: 500 } });
      await listen(model, question, { signal: tracked.signal });
      expectEqual(tracked.listeners, 0, 'listeners left on the signal');
    },
  };
}

function expectCancelled(error: unknown) {
  const cancelled = expectCode(error, 'the stream', 'cancelled');
  expectThat(cancelled.cause === reason, "the cause is the signal's reason");
  expectThat(!cancelled.retryable, 'a cancelled call is not worth another try');
  return cancelled;
}

/** The vendor sees that its client has gone, and the signal is left as it was. */
async function expectGone(server: MockVendor, tracked: TrackedSignal): Promise<void> {
  const exchange = await server.exchange(0);
  await within(promptMs, exchange.closed, 'the connection to the vendor is closed');
  expectEqual(tracked.listeners, 0, 'listeners left on the signal');
}
