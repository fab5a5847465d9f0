import type { ChatEvent } from '@tako/core';
import type { AnswerContext } from '@tako/core/provider';

import { acme, fromAcme, type AcmeFrames } from '../acme/acme.js';
import { decoded, readFrames } from '../acme/read-frames.js';
import { isJson, misuses, only, reads, type Mutant } from './mutant.js';

/** Providers that read the wire wrongly. */
export const readingMutants: readonly Mutant[] = [
  misuses(
    (options) => ({
      ...options,
      decode: async function* (body) {
        for await (const bytes of body) yield new TextDecoder().decode(bytes);
      },
    }),
    {
      fault: 'decodes every chunk by itself',
      caughtBy: [/^chunking: .*(byte by byte|cut inside every character)/],
      says: /the content/,
    },
  ),
  misuses(
    (options) => ({
      ...options,
      read: async function* (texts) {
        for await (const text of texts) yield* readFrames(only(text));
      },
    }),
    {
      fault: 'takes each chunk for whole lines',
      caughtBy: [/^chunking: .*(byte by byte|seven bytes|middle of every frame)/],
      says: /not JSON|without its end/,
    },
  ),
  misuses(
    (options) => ({
      ...options,
      read: async function* (texts) {
        for await (const text of texts) {
          for await (const frame of readFrames(only(text))) {
            yield frame;
            break;
          }
        }
      },
    }),
    { fault: 'reads one frame of each chunk', caughtBy: [/^chunking: .*in one write/], says: /without its end/ },
  ),
  misuses(
    (options) => ({
      ...options,
      read: async function* (texts) {
        let rest = '';
        for await (const text of texts) {
          const events = (rest + text).split('\n\n');
          rest = events.pop() ?? '';
          for (const event of events) yield* readFrames(only(`${event}\n`));
        }
      },
    }),
    { fault: 'ends events at LF alone', caughtBy: [/^chunking: .*CRLF/], says: /without its end/ },
  ),
  misuses(
    (options) => ({
      ...options,
      read: (texts) => readFrames(linesOf(texts, (line) => (line.startsWith('data: ') ? `${line}\n` : '\n'))),
    }),
    { fault: 'wants a blank after a colon', caughtBy: [/^chunking: .*without blanks/], says: /without its end/ },
  ),
  misuses(
    (options) => ({
      ...options,
      read: (texts) => readFrames(linesOf(texts, (line) => (line.includes('[DONE]') ? '\n' : `${line}\n`))),
    }),
    {
      fault: 'finds the end of the stream in the words of the model',
      caughtBy: ['tool calls: arguments with line ends'],
      says: /the content/,
    },
  ),
  misuses(
    (options) => ({
      ...options,
      read: async function* (texts) {
        for await (const text of texts) {
          if (text.includes(': still here')) yield { kind: 'text', text: '' };
          yield* readFrames(only(text.replaceAll(': still here\n\n', '')));
        }
      },
    }),
    {
      fault: 'takes keep-alives for content',
      caughtBy: ['streaming: keep-alives', 'time limits: between events', 'time limits: first event'],
      says: /with keep-alives|expected the code timeout/,
    },
  ),
  {
    fault: 'shares what it has read between calls',
    caughtBy: ['contract: calls at the same time'],
    says: /not JSON|its own answer/,
    make: (options) => {
      let rest = '';
      return acme({
        ...options,
        read: async function* (texts) {
          for await (const text of texts) {
            const lines = (rest + text).split('\n');
            rest = lines.pop() ?? '';
            for (const line of lines) yield* readFrames(only(`${line}\n`));
          }
        },
      });
    },
  },
  misuses(
    (options) => ({
      ...options,
      read: (texts) =>
        readFrames(linesOf(texts, (line) => (isJson(line.replace(/^data: ?/, '')) ? `${line}\n` : '\n'))),
    }),
    { fault: 'skips what it cannot read', caughtBy: ['broken streams: a frame that cannot'], says: /there was none/ },
  ),
  misuses((options) => ({ ...options, translate: finishingAnyhow }), {
    fault: 'takes the end of the body for the end of the answer',
    caughtBy: ['broken streams: a body that ends without its end', 'broken streams: an empty body'],
    says: /there was none/,
  }),
  misuses((options) => ({ ...options, translate: endingHalfCalls }), {
    fault: 'ends tool calls that broke off',
    caughtBy: ['broken streams: a tool call that breaks off'],
    says: /no half of a tool call/,
  }),
  reads((frame) => (frame.kind === 'failed' ? { kind: 'done', reason: 'complete' } : frame), {
    fault: 'skips an error in mid-stream',
    caughtBy: ['broken streams: an error in mid-stream', 'broken streams: an error instead'],
    says: /there was none/,
  }),
  misuses(
    (options) => ({
      ...options,
      translate: (frames, context) => fromAcme(Symbol.iterator in frames ? [...frames].slice(0, -1) : frames, context),
    }),
    {
      fault: 'reads whole answers only in part',
      caughtBy: ['unstreamed: a JSON body', 'unstreamed: chat equals'],
      says: /without its end/,
    },
  ),
  misuses((options) => ({ ...options, decode: (body) => decoded(onlyFirst(body)) }), {
    fault: 'reads the first chunk alone',
    caughtBy: [/^chunking: .*frame by frame/],
    says: /without its end/,
  }),
];

/** Lines with their ends, each changed by itself. */
async function* linesOf(texts: AsyncIterable<string>, change: (line: string) => string): AsyncGenerator<string> {
  let rest = '';
  for await (const text of texts) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield change(line);
  }
}

async function* onlyFirst<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const item of items) {
    yield item;
    return;
  }
}

async function* finishingAnyhow(frames: AcmeFrames, context: AnswerContext): AsyncGenerator<ChatEvent> {
  for await (const event of fromAcme(frames, context)) {
    yield event;
    if (event.type === 'finish') return;
  }
  yield { type: 'finish', finishReason: 'stop' };
}

async function* endingHalfCalls(frames: AcmeFrames, context: AnswerContext): AsyncGenerator<ChatEvent> {
  const open = new Map<number, string>();
  try {
    for await (const event of fromAcme(frames, context)) {
      if (event.type === 'tool_call_start') open.set(event.index, '');
      if (event.type === 'tool_call_delta') open.set(event.index, (open.get(event.index) ?? '') + event.argumentsDelta);
      if (event.type === 'tool_call_end') open.delete(event.index);
      yield event;
    }
  } catch (error) {
    for (const [index, text] of open) yield { type: 'tool_call_end', index, arguments: text };
    throw error;
  }
}
