import { expectAnswer } from '../bench/expect-answer.js';
import { acrossFrames, byFrame, bySize, inOneWrite, insideCharacters, type Chunking } from '../bench/chunking.js';
import { builtFrom, listenToEnd } from '../bench/listen.js';
import { briefAnswer, toolQuestion } from '../bench/samples.js';
import { expectLegalStream } from '../bench/stream-rules.js';
import { streamed } from '../bench/vendor-scripts.js';
import type { CaseDefinition } from '../conformance-case.js';
import type { ProviderUnderTest } from '../provider-under-test.js';
import type { WireFrame } from '../vendor-wire.js';

/** The same answer, with parallel tool calls, however the network cuts it. */
export const chunkingCases: readonly CaseDefinition[] = [
  arrives('in one write', inOneWrite),
  arrives('frame by frame', byFrame),
  arrives('byte by byte', bySize(1)),
  arrives('seven bytes at a time', bySize(7)),
  arrives('cut in the middle of every frame', acrossFrames),
  arrives('cut inside every character of more than one byte', insideCharacters),
  arrives('with CRLF line ends', (frames) => inOneWrite(frames.map(withCrLf)), isSse),
  arrives('with CRLF line ends, byte by byte', (frames) => bySize(1)(frames.map(withCrLf)), isSse),
  arrives('without blanks after field names', (frames) => inOneWrite(frames.map(withoutBlanks)), isSse),
];

function arrives(how: string, chunking: Chunking, applies?: CaseDefinition['applies']): CaseDefinition {
  return {
    name: `chunking: text and parallel tool calls arrive ${how}`,
    applies,
    async run({ vendor, provider, wire, underTest }) {
      const answer = briefAnswer(underTest);
      const events = await listenToEnd(provider(await vendor(streamed(wire, answer, chunking))), toolQuestion);
      expectLegalStream(events);
      expectAnswer(underTest, builtFrom(events).content(), answer);
    },
  };
}

function isSse({ wire }: ProviderUnderTest): boolean {
  return wire.framing === 'sse';
}

// Event streams may end lines with CRLF, and the blank after a colon is optional.
// Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream (read 2026-11-23).

function withCrLf(frame: WireFrame): WireFrame {
  return typeof frame === 'string' ? frame.replaceAll(/\r?\n/g, '\r\n') : frame;
}

function withoutBlanks(frame: WireFrame): WireFrame {
  return typeof frame === 'string' ? frame.replaceAll(/^(data|event|id): /gm, '$1:') : frame;
}
