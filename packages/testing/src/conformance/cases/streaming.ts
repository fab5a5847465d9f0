import { setTimeout as sleep } from 'node:timers/promises';

import { call, type FinishReason } from '@tako/core';

import { expectAnswer } from '../bench/expect-answer.js';
import { expectEqual, expectThat, within } from '../bench/expectation.js';
import { frameOf } from '../bench/frames.js';
import { builtFrom, finishOf, listen, listenToEnd, textIn } from '../bench/listen.js';
import { toBytes } from '../bench/chunking.js';
import {
  longAnswer,
  question,
  richAnswer,
  textAnswer,
  textOfTextAnswer,
  toolQuestion,
  usage,
} from '../bench/samples.js';
import { expectLegalStream } from '../bench/stream-rules.js';
import { requestId, streamed, streamedFrames, streamHead } from '../bench/vendor-scripts.js';
import type { CaseDefinition } from '../conformance-case.js';
import type { WireAnswer } from '../vendor-wire.js';

/** How an answer becomes events. */
export const streamingCases: readonly CaseDefinition[] = [
  {
    name: 'streaming: a text arrives whole, with one finish at its end',
    async run({ vendor, provider, wire }) {
      const events = await listenToEnd(provider(await vendor(streamed(wire, textAnswer))), question);
      expectLegalStream(events);
      expectEqual(textIn(events), textOfTextAnswer, 'the text');
      expectEqual(finishOf(events).finishReason, 'stop', 'finishReason');
    },
  },
  {
    name: 'streaming: after finish the stream is over, however often it is asked',
    async run({ vendor, provider, wire }) {
      const server = await vendor(streamed(wire, textAnswer));
      const events = provider(server).stream(question, call())[Symbol.asyncIterator]();
      for (;;) {
        const { done, value } = await within(5_000, events.next(), 'the next event');
        expectThat(done !== true, 'the stream ends with "finish"');
        if (value.type === 'finish') break;
      }
      for (const time of ['first', 'second']) {
        const { done } = await within(5_000, events.next(), 'the end of the stream');
        expectThat(done === true, `asked for the ${time} time after "finish", the stream is over`);
      }
    },
  },
  {
    name: 'streaming: text is told while the answer is still being sent',
    async run({ vendor, provider, wire }) {
      const frames = wire.stream(textAnswer);
      const firstDelta = frameOf(frames, 'Hello');
      const heard: string[] = [];
      let wasHeardInTime = false;
      const server = await vendor(async (exchange) => {
        streamHead(wire, exchange);
        for (const [at, frame] of frames.entries()) {
          await exchange.write(toBytes(frame));
          if (at !== firstDelta) continue;
          for (let turn = 0; turn < 200 && heard.length === 0; turn++) await sleep(10);
          wasHeardInTime = heard.length > 0;
        }
        exchange.end();
      });
      const { events } = await listen(provider(server), question, {}, (event) => {
        if (event.type === 'text_delta') heard.push(event.text);
      });
      expectThat(wasHeardInTime, 'the first text is told before the second is sent');
      expectEqual(textIn(events), textOfTextAnswer, 'the text');
    },
  },
  {
    name: 'streaming: every event is plain JSON',
    async run({ vendor, provider, wire, underTest }) {
      const server = await vendor(streamed(wire, richAnswer(underTest)));
      for (const event of await listenToEnd(provider(server), toolQuestion)) {
        expectEqual(JSON.parse(JSON.stringify(event)), event, `${event.type} after a trip through JSON`);
      }
    },
  },
  {
    name: 'streaming: indexes count up from 0 in order of first appearance',
    async run({ vendor, provider, wire, underTest }) {
      const answer = richAnswer(underTest);
      const events = await listenToEnd(provider(await vendor(streamed(wire, answer))), toolQuestion);
      expectLegalStream(events);
      const indexes = new Set(events.flatMap((event) => ('index' in event ? [event.index] : [])));
      expectEqual([...indexes], [...answer.parts.keys()], 'the indexes');
      expectAnswer(underTest, builtFrom(events).content(), answer);
    },
  },
  {
    name: 'streaming: reasoning is a part of its own',
    needs: ['reasoning'],
    async run({ vendor, provider, wire, underTest }) {
      const answer: WireAnswer = {
        parts: [
          { type: 'reasoning', deltas: ['Hm. ', 'Let me see.'] },
          { type: 'text', deltas: ['In the ', 'woods.'] },
        ],
        finishReason: 'stop',
        usage,
      };
      const events = await listenToEnd(provider(await vendor(streamed(wire, answer))), question);
      expectLegalStream(events);
      expectAnswer(underTest, builtFrom(events).content(), answer);
    },
  },
  {
    name: 'streaming: start tells the id of the request',
    needs: ['requestId'],
    async run({ vendor, provider, wire }) {
      const events = await listenToEnd(provider(await vendor(streamed(wire, textAnswer))), question);
      expectEqual(events.find((event) => event.type === 'start')?.requestId, requestId, 'start.requestId');
    },
  },
  {
    name: 'streaming: an answer without content finishes',
    async run({ vendor, provider, wire }) {
      const server = await vendor(streamed(wire, { parts: [], finishReason: 'stop', usage }));
      const events = await listenToEnd(provider(server), question);
      expectLegalStream(events);
      expectEqual(builtFrom(events).content(), [], 'the content');
    },
  },
  {
    name: 'streaming: an answer of 2 000 pieces arrives whole',
    async run({ vendor, provider, wire, underTest }) {
      const answer = longAnswer(2_000);
      const events = await listenToEnd(provider(await vendor(streamed(wire, answer))), question);
      expectAnswer(underTest, builtFrom(events).content(), answer);
    },
  },
  {
    name: 'streaming: frames of a kind that is not known are skipped',
    async run({ vendor, provider, wire, underTest }) {
      const answer = richAnswer(underTest);
      const [first, ...rest] = wire.stream(answer);
      const frames = first === undefined ? [] : [first, ...rest.flatMap((frame) => [wire.unknownFrame(), frame])];
      const events = await listenToEnd(provider(await vendor(streamedFrames(wire, frames, 'end'))), toolQuestion);
      expectLegalStream(events);
      expectAnswer(underTest, builtFrom(events).content(), answer);
    },
  },
  {
    name: 'streaming: keep-alives between frames are no events',
    applies: ({ wire }) => wire.keepAlive !== undefined,
    async run({ vendor, provider, wire, underTest }) {
      const answer = richAnswer(underTest);
      const keepAlive = wire.keepAlive?.() ?? '';
      const quiet = await listenToEnd(provider(await vendor(streamed(wire, answer))), toolQuestion);
      const frames = wire.stream(answer).flatMap((frame) => [keepAlive, frame]);
      const events = await listenToEnd(provider(await vendor(streamedFrames(wire, frames, 'end'))), toolQuestion);
      expectAnswer(underTest, builtFrom(events).content(), answer);
      expectEqual(events.length, quiet.length, 'how many events there are with keep-alives');
    },
  },
  finishesWith('stop'),
  finishesWith('length'),
  finishesWith('content_filter'),
  finishesWith('other'),
];

function finishesWith(finishReason: FinishReason): CaseDefinition {
  return {
    name: `streaming: an answer that ends so finishes with ${finishReason}`,
    needs: finishReason === 'content_filter' ? ['contentFilter'] : [],
    async run({ vendor, provider, wire }) {
      const server = await vendor(streamed(wire, { ...textAnswer, finishReason }));
      const finish = finishOf(await listenToEnd(provider(server), question));
      expectEqual(finish.finishReason, finishReason, 'finishReason');
      if (finishReason === 'other') {
        expectThat((finish.rawFinishReason ?? '') !== '', "rawFinishReason holds the vendor's own word");
      }
    },
  };
}
