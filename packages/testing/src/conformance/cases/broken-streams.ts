import type { ErrorCode } from '@tako/core';

import type { Bench } from '../bench/bench.js';
import { toBytes } from '../bench/chunking.js';
import { expectCode, expectEqual, expectThat } from '../bench/expectation.js';
import { framesBefore, holdsText } from '../bench/frames.js';
import { builtFrom, listen, textIn, type Heard } from '../bench/listen.js';
import type { VendorScript } from '../bench/mock-vendor.js';
import { longAnswer, question, textAnswer, toolAnswer, toolQuestion, usage } from '../bench/samples.js';
import { answered, streamedFrames, type Ending } from '../bench/vendor-scripts.js';
import type { CaseDefinition } from '../conformance-case.js';
import type { WireFrame } from '../vendor-wire.js';

/** Answers that begin well, or look as if they did, and break. */
export const brokenStreamCases: readonly CaseDefinition[] = [
  breaks('the connection ends in mid-frame', 'cut', 'transport'),
  breaks('the connection is reset in mid-frame', 'reset', 'transport'),
  breaks('the body ends in mid-frame', 'end', 'malformed_response'),
  {
    name: 'broken streams: a body that ends without its end is no answer',
    async run(bench) {
      const { wire } = bench;
      const frames = framesBefore(wire, textAnswer, '漢字');
      const heard = await hear(bench, streamedFrames(wire, frames, 'end'));
      expectBroken(heard, 'malformed_response');
    },
  },
  {
    name: 'broken streams: a body that ends inside a character is no answer',
    async run(bench) {
      const { wire } = bench;
      const frames = wire.stream(textAnswer);
      const bytes = Buffer.concat(frames.map(toBytes));
      const torn = bytes.subarray(0, bytes.indexOf('👋') + 2);
      expectBroken(await hear(bench, streamedFrames(wire, [torn], 'end')), 'malformed_response');
    },
  },
  {
    name: 'broken streams: a tool call that breaks off is not ended',
    async run(bench) {
      const { wire } = bench;
      const frames = framesBefore(wire, toolAnswer, '東京');
      const heard = await hear(bench, streamedFrames(wire, frames, 'cut'), toolQuestion);
      expectBroken(heard, 'transport');
      const whole = heard.events.flatMap((event) => (event.type === 'tool_call_end' ? [event.arguments] : []));
      expectThat(!whole.some((text) => !isJson(text)), `no half of a tool call is ended, got ${whole.join(' ')}`);
    },
  },
  {
    name: 'broken streams: an error in mid-stream is thrown',
    applies: ({ wire }) => wire.errorFrame !== undefined,
    async run(bench) {
      const { wire } = bench;
      const frames = [...framesBefore(wire, textAnswer, '漢字'), wire.errorFrame?.('The vendor gave up.') ?? ''];
      const heard = await hear(bench, streamedFrames(wire, frames, 'end'));
      expectCode(heard.error, 'the stream');
      expectThat(!heard.events.some((event) => event.type === 'finish'), 'there is no "finish" before the error');
      expectThat(textIn(heard.events).startsWith('Hello'), 'the text before the error was told');
    },
  },
  {
    name: 'broken streams: an error instead of the first frame is thrown',
    applies: ({ wire }) => wire.errorFrame !== undefined,
    async run(bench) {
      const { wire } = bench;
      const frame = wire.errorFrame?.('The vendor gave up.') ?? '';
      const { events, error } = await hear(bench, streamedFrames(wire, [frame], 'end'));
      expectCode(error, 'the stream');
      expectThat(!events.some((event) => event.type === 'finish'), 'there is no "finish" before the error');
    },
  },
  {
    name: 'broken streams: a frame that cannot be read is not skipped',
    async run(bench) {
      const { wire } = bench;
      const frames = wire.stream(textAnswer).map((frame) => (holdsText(frame, '漢字') ? garbled(frame) : frame));
      const { events, error } = await hear(bench, streamedFrames(wire, frames, 'end'));
      expectCode(error, 'the stream', 'malformed_response');
      expectThat(!events.some((event) => event.type === 'finish'), 'an answer with a hole has no "finish"');
    },
  },
  {
    name: 'broken streams: a page instead of an answer is malformed_response',
    async run(bench) {
      const page = '<!doctype html>\n<html><body>Please log in.</body></html>\n';
      const { error } = await hear(bench, answered(bench.wire, 200, 'text/html', page));
      expectCode(error, 'the stream', 'malformed_response');
    },
  },
  {
    name: 'broken streams: an empty body is malformed_response',
    async run(bench) {
      const { error } = await hear(bench, answered(bench.wire, 200, bench.wire.streamContentType, ''));
      expectCode(error, 'the stream', 'malformed_response');
    },
  },
  {
    name: 'broken streams: the usage told before the break is in partial',
    needs: ['usageRepeats'],
    async run(bench) {
      const { wire } = bench;
      const frames = framesBefore(wire, { ...textAnswer, usageRepeated: true }, '漢字');
      const { error } = await hear(bench, streamedFrames(wire, frames, 'cut'));
      const used = expectCode(error, 'the stream').partial?.usage;
      expectEqual(used?.inputTokens, usage.inputTokens, 'partial.usage.inputTokens');
    },
  },
];

function breaks(how: string, ending: Ending, code: ErrorCode): CaseDefinition {
  return {
    name: `broken streams: ${how}, and what came before is in partial`,
    async run(bench) {
      const { wire } = bench;
      const answer = longAnswer(40);
      const before = framesBefore(wire, answer, 'word-20 ');
      const torn = wire.stream(answer)[before.length];
      const half = torn === undefined ? [] : [toBytes(torn).subarray(0, toBytes(torn).length / 2)];
      const heard = await hear(bench, streamedFrames(wire, [...before, ...half], ending));
      expectBroken(heard, code);
      const text = textIn(heard.events);
      if (ending !== 'reset') expectThat(text.includes('word-19 '), `all whole frames were told, got "${text}"`);
    },
  };
}

function hear(bench: Bench, script: VendorScript, request = question): Promise<Heard> {
  return bench.vendor(script).then((server) => listen(bench.provider(server), request));
}

/** Checks a stream that broke: its code, no `finish`, and that `partial` is what was heard. */
function expectBroken({ events, error }: Heard, code: ErrorCode): void {
  const { partial } = expectCode(error, 'the stream', code);
  expectThat(!events.some((event) => event.type === 'finish'), 'there is no "finish" before the error');
  expectEqual(partial?.content, builtFrom(events).content(), 'partial.content, compared with what was heard');
}

/** The same frame, spoilt: no JSON any more, or with a wrong checksum. */
function garbled(frame: WireFrame): WireFrame {
  if (typeof frame === 'string') return frame.replaceAll('{', '<');
  return frame.map((byte, at) => (at > frame.length / 2 ? byte ^ 0x55 : byte));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
