import { providerError } from '@tako/core/provider';
import type { ChatEvent, Usage } from '@tako/core';

import { alters, reads, tells, type Mutant } from './mutant.js';

/** Providers that understand the vendor and tell it wrongly. */
export const tellingMutants: readonly Mutant[] = [
  tells(
    async function* (events, { streaming }) {
      for await (const event of events) {
        yield event.type === 'text_delta' && streaming === false ? { ...event, text: `${event.text} ` } : event;
      }
    },
    {
      fault: 'says it in other words where nobody reads along',
      caughtBy: ['unstreamed: a stream that nobody reads along'],
      says: /without readers, compared with the other/,
    },
  ),
  tells(
    async function* (events) {
      for await (const event of events) {
        yield event;
        if (event.type === 'finish') yield event;
      }
    },
    { fault: 'finishes twice', caughtBy: ['streaming: a text arrives whole'], says: /one "finish"/ },
  ),
  tells(
    (events) => {
      const inner = events[Symbol.asyncIterator]();
      const late: ChatEvent = { type: 'warning', code: 'late', message: 'One more thing.' };
      return {
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            const result = await inner.next();
            return result.done === true ? { done: false, value: late } : result;
          },
        }),
      };
    },
    { fault: 'goes on after finish', caughtBy: ['streaming: after finish'], says: /the stream is over/ },
  ),
  tells(
    async function* (events) {
      const kept: ChatEvent[] = [];
      for await (const event of events) kept.push(event);
      yield* kept;
    },
    {
      fault: 'tells all at once, at the end',
      caughtBy: ['streaming: text is told while'],
      says: /before the second is sent/,
    },
  ),
  alters((event) => ('index' in event ? { ...event, index: event.index + 1 } : event), {
    fault: 'counts parts from 1',
    caughtBy: ['streaming: indexes count up'],
    says: /has index 0/,
  }),
  alters((event) => (event.type === 'start' ? Object.assign({}, event, { at: new Date() }) : event), {
    fault: 'tells a date',
    caughtBy: ['streaming: every event is plain JSON'],
    says: /trip through JSON/,
  }),
  alters((event) => (event.type === 'start' ? { type: 'start' } : event), {
    fault: 'drops the id of the request',
    caughtBy: ['streaming: start tells'],
    says: /start\.requestId/,
  }),
  tells(
    async function* (events) {
      let parts = 0;
      for await (const event of events) {
        if ('index' in event) parts++;
        if (event.type === 'finish' && parts === 0) throw providerError('malformed_response', 'nothing came');
        yield event;
      }
    },
    { fault: 'wants content', caughtBy: ['streaming: an answer without content'], says: /nothing came/ },
  ),
  tells(
    async function* (events) {
      let count = 0;
      for await (const event of events) if (event.type === 'finish' || ++count < 1_000) yield event;
    },
    { fault: 'drops what is too much for it', caughtBy: ['streaming: an answer of 2 000'], says: /the content/ },
  ),
  alters((event) => (event.type === 'finish' ? { ...event, finishReason: 'error', rawFinishReason: '' } : event), {
    fault: 'takes every end for a failure',
    caughtBy: [
      'streaming: an answer that ends so',
      'tool calls: an answer that calls tools',
      'unstreamed: the collected stream is',
    ],
    says: /finishReason/,
  }),
  reads((frame) => (frame.kind === 'thought' ? { kind: 'text', text: frame.text } : frame), {
    fault: 'takes thoughts for text',
    caughtBy: ['streaming: reasoning is a part of its own'],
    says: /the content/,
  }),
  reads(
    (frame) => {
      const known: readonly unknown[] = ['hello', 'thought', 'text', 'call', 'arguments', 'failed', 'done'];
      if (!known.includes(frame.kind)) throw providerError('malformed_response', 'what is this?');
      return frame;
    },
    { fault: 'throws at a new kind of frame', caughtBy: ['streaming: frames of a kind'], says: /what is this/ },
  ),
  reads((frame) => (frame.kind === 'call' ? { ...frame, name: 'tool' } : frame), {
    fault: 'forgets the names of tools',
    caughtBy: [/^tool calls: (one|two|text|eight|arguments|ids)/, 'chunking: '],
    says: /the content/,
  }),
  reads((frame) => (frame.kind === 'arguments' ? { ...frame, key: 0 } : frame), {
    fault: 'puts all arguments into the first call',
    caughtBy: ['tool calls: two parallel calls, their pieces mixed'],
    says: /the content/,
  }),
  reads((frame) => (frame.kind === 'call' ? { ...frame, id: 'call' } : frame), {
    fault: 'gives every call the same id',
    caughtBy: ['tool calls: two parallel calls', 'tool calls: ids differ'],
    says: /the content/,
  }),
  rewritesArguments((text) => JSON.stringify(JSON.parse(text)), {
    fault: 'writes arguments anew',
    caughtBy: ['tool calls: arguments with escapes'],
    says: /the content/,
  }),
  rewritesArguments((text) => (text.startsWith('{"city": \'') ? '{}' : text), {
    fault: 'repairs arguments',
    caughtBy: ['tool calls: arguments that are not JSON'],
    says: /the content/,
  }),
  rewritesArguments((text) => (text === '' ? 'null' : text), {
    fault: 'makes null of no arguments',
    caughtBy: ['tool calls: a call without arguments'],
    says: /its arguments are empty/,
  }),
  reportsUsage((usage) => ({ inputTokens: usage.outputTokens, outputTokens: usage.inputTokens }), {
    fault: 'mixes input and output up',
    caughtBy: ['usage: input and output'],
    says: /usage\.inputTokens/,
  }),
  reportsUsage(({ inputTokens, outputTokens }) => ({ inputTokens, outputTokens }), {
    fault: 'keeps totals only',
    caughtBy: ['usage: input from the cache', 'usage: input to the cache', 'usage: reasoning'],
    says: /usage\.(cached|cacheWrite|reasoning)/,
  }),
  reportsUsage(
    ({ cachedInputTokens = 0, inputTokens, ...usage }) => ({
      ...usage,
      cachedInputTokens,
      inputTokens: inputTokens - cachedInputTokens,
    }),
    { fault: 'counts the cache beside the input', caughtBy: ['usage: input from the cache'], says: /inputTokens/ },
  ),
  tells(
    async function* (events) {
      let sum = 0;
      for await (const event of events) {
        if (event.type === 'usage' || event.type === 'finish') {
          sum += event.usage?.outputTokens ?? 0;
          yield { ...event, usage: { inputTokens: event.usage?.inputTokens ?? 0, outputTokens: sum } };
        } else yield event;
      }
    },
    { fault: 'adds snapshots up', caughtBy: ['usage: snapshots replace'], says: /usage\.outputTokens/ },
  ),
  tells(
    async function* (events) {
      for await (const event of events) {
        if (event.type === 'finish' && event.usage !== undefined) yield { type: 'usage', usage: event.usage };
        yield event.type === 'finish' ? { ...event, usage: undefined } : event;
      }
    },
    { fault: 'finishes without usage', caughtBy: ['usage: collected and in finish'], says: /usage of the collected/ },
  ),
  alters(
    (event) =>
      event.type === 'finish' ? { ...event, usage: event.usage ?? { inputTokens: 0, outputTokens: 0 } } : event,
    { fault: 'takes no report for zero', caughtBy: ['usage: an answer without a report'], says: /finish\.usage/ },
  ),
];

type Description = Omit<Mutant, 'make'>;

/** Tells arguments in one delta, changed. */
function rewritesArguments(change: (text: string) => string, description: Description): Mutant {
  return tells(async function* (events) {
    for await (const event of events) {
      if (event.type === 'tool_call_end') {
        const text = change(event.arguments);
        yield { type: 'tool_call_delta', index: event.index, argumentsDelta: text };
        yield { ...event, arguments: text };
      } else if (event.type !== 'tool_call_delta') yield event;
    }
  }, description);
}

function reportsUsage(change: (usage: Usage) => Usage, description: Description): Mutant {
  return alters(
    (event) =>
      event.type === 'finish' && event.usage !== undefined ? { ...event, usage: change(event.usage) } : event,
    description,
  );
}
