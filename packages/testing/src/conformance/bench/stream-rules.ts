import type { ChatEvent } from '@tako/core';

import { expectEqual, expectThat } from './expectation.js';

/** What a part of the answer has shown of itself so far. */
interface SeenPart {
  readonly kind: 'text' | 'reasoning' | 'tool_call';
  argumentsText: string;
  ended: boolean;
}

/**
 * The rules of `ChatEvent` that every stream obeys that came to its end: one `start` at most, before any content; one
 * `finish`, last; indexes that count up from 0 in order of first appearance, one kind of part each; tool calls that
 * start, grow and end, in this order, and whose end repeats all their deltas.
 *
 * @throws an `Error` that names the rule.
 */
export function expectLegalStream(events: readonly ChatEvent[]): void {
  const parts: SeenPart[] = [];
  let starts = 0;

  const part = (index: number, kind: SeenPart['kind'], opens: boolean): SeenPart => {
    const known = parts[index];
    if (known !== undefined) {
      expectThat(known.kind === kind, `part ${index} is ${known.kind}, and then ${kind}`);
      expectThat(!known.ended, `part ${index} goes on after its end`);
      return known;
    }
    expectThat(index === parts.length, `a new part has index ${parts.length}, the next one, got ${index}`);
    expectThat(opens, `part ${index} is a tool call that goes on before its tool_call_start`);
    const seen: SeenPart = { kind, argumentsText: '', ended: false };
    parts.push(seen);
    return seen;
  };

  for (const [at, event] of events.entries()) {
    expectThat((event.type === 'finish') === (at === events.length - 1), 'there is one "finish", and it is last');
    switch (event.type) {
      case 'start':
        expectThat(++starts === 1, 'there is one "start" at most');
        expectThat(parts.length === 0, '"start" comes before any content');
        break;
      case 'text_delta':
        part(event.index, 'text', true);
        break;
      case 'reasoning_delta':
        part(event.index, 'reasoning', true);
        break;
      case 'tool_call_start':
        expectThat(parts[event.index] === undefined, `part ${event.index} starts once`);
        part(event.index, 'tool_call', true);
        break;
      case 'tool_call_delta':
        part(event.index, 'tool_call', false).argumentsText += event.argumentsDelta;
        break;
      case 'tool_call_end': {
        const ended = part(event.index, 'tool_call', false);
        expectEqual(ended.argumentsText, event.arguments, `part ${event.index}: all deltas of the arguments joined`);
        ended.ended = true;
        break;
      }
      default: // usage, warnings, attempts, and kinds newer than this suite
    }
  }
  for (const [index, { kind, ended }] of parts.entries()) {
    expectThat(kind !== 'tool_call' || ended, `part ${index} is a tool call without its tool_call_end`);
  }
}
