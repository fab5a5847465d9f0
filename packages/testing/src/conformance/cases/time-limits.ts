import { setTimeout as sleep } from 'node:timers/promises';

import type { Timeouts } from '@tako/core/provider';

import type { Bench } from '../bench/bench.js';
import { expectCode, expectThat, within } from '../bench/expectation.js';
import { frameOf, framesBefore } from '../bench/frames.js';
import { listen, textIn } from '../bench/listen.js';
import type { VendorScript } from '../bench/mock-vendor.js';
import { longAnswer, question, textAnswer, textOfTextAnswer } from '../bench/samples.js';
import { dripping, late, streamed } from '../bench/vendor-scripts.js';
import type { CaseDefinition } from '../conformance-case.js';
import type { WireFrame } from '../vendor-wire.js';

/** Four limits that are apart, with small values: all others keep their own, which are far longer. */
export const timeLimitCases: readonly CaseDefinition[] = [
  ends('connect: a vendor that does not answer', { connectMs: 300 }, ({ wire }) => late(wire)),
  ends('first event: an answer without content, keep-alives or not', { firstEventMs: 80 }, ({ wire }) =>
    dripping(wire, [], quietFrames(wire.keepAlive?.()), 15),
  ),
  ends('between events: an answer that stops, keep-alives or not', { betweenEventsMs: 120 }, ({ wire }) =>
    dripping(wire, framesBefore(wire, longAnswer(10), 'word-5 '), quietFrames(wire.keepAlive?.()), 15),
  ),
  ends('total: an answer that goes on and on', { totalMs: 200 }, ({ wire }) => {
    const frames = wire.stream(longAnswer(200));
    const [first, last] = [frameOf(frames, 'word-0 '), frameOf(frames, 'word-150 ')];
    return dripping(wire, frames.slice(0, first), frames.slice(first, last), 15);
  }),
  {
    name: 'time limits: a consumer that takes its time is not punished',
    async run({ vendor, provider, wire }) {
      const server = await vendor(streamed(wire, textAnswer));
      const model = provider(server, { timeouts: { betweenEventsMs: 150 } });
      let rests = 0;
      const { events, error } = await listen(model, question, {}, async (event) => {
        if (event.type === 'text_delta' && rests++ < 2) await sleep(250);
      });
      expectThat(error === undefined, 'a limit between events counts only while somebody waits for one');
      expectThat(textIn(events) === textOfTextAnswer, 'the text arrives whole');
    },
  },
  {
    name: 'time limits: Infinity turns a limit off',
    async run({ vendor, provider, wire }) {
      const timeouts: Timeouts = {
        connectMs: Infinity,
        firstEventMs: Infinity,
        betweenEventsMs: Infinity,
        totalMs: Infinity,
      };
      const { error } = await listen(provider(await vendor(streamed(wire, textAnswer)), { timeouts }), question);
      expectThat(error === undefined, 'an answer comes to its end without limits');
    },
  },
];

function ends(what: string, timeouts: Timeouts, script: (bench: Bench) => VendorScript): CaseDefinition {
  return {
    name: `time limits: ${what} ends in time, and the connection with it`,
    async run(bench) {
      const server = await bench.vendor(script(bench));
      const begin = performance.now();
      const { error } = await listen(bench.provider(server, { timeouts }), question);
      const tookMs = performance.now() - begin;
      const { retryable } = expectCode(error, 'the stream', 'timeout');
      expectThat(retryable, 'a time limit that passed is worth another try');
      const [limitMs = 0] = Object.values(timeouts);
      expectThat(tookMs >= limitMs * 0.9, `no sooner than after ${limitMs} ms, got ${Math.round(tookMs)} ms`);
      expectThat(tookMs < limitMs + 2_000, `soon after ${limitMs} ms, got ${Math.round(tookMs)} ms`);
      const exchange = await server.exchange(0);
      await within(1_000, exchange.closed, 'the connection to the vendor is closed');
    },
  };
}

function quietFrames(keepAlive: WireFrame | undefined): readonly WireFrame[] {
  return keepAlive === undefined ? [] : [keepAlive];
}
