import type { ContentPart } from '@tako/core';

import type { ProviderUnderTest } from '../provider-under-test.js';
import type { WireAnswer, WirePart } from '../vendor-wire.js';
import { expectEqual, expectThat } from './expectation.js';

/** Compares what was received with what the vendor said, as far as its wire can tell. */
export function expectAnswer(underTest: ProviderUnderTest, content: readonly ContentPart[], answer: WireAnswer): void {
  const actual = content.map((part) => comparable(underTest, part));
  expectEqual(
    actual,
    answer.parts.map((part) => comparable(underTest, expected(part))),
    'the content',
  );
  const ids = content.flatMap((part) => (part.type === 'tool_call' ? [part.id] : []));
  expectThat(!ids.includes(''), 'every tool call has an id');
  expectThat(new Set(ids).size === ids.length, `ids of tool calls are unique, got ${ids.join(', ')}`);
}

function expected(part: WirePart): ContentPart {
  const text = part.deltas.join('');
  if (part.type !== 'tool_call') return { type: part.type, text };
  return { type: 'tool_call', id: part.id, name: part.name, arguments: text };
}

/** A part without what the wire cannot carry, and without the vendor's own state. */
function comparable({ lacks = {} }: ProviderUnderTest, part: ContentPart): unknown {
  const { vendorData: _, ...plain } = part;
  if (plain.type !== 'tool_call') return plain;
  const { id, arguments: text, ...call } = plain;
  return {
    ...call,
    ...(lacks.toolCallIds === undefined ? { id } : {}),
    arguments: lacks.rawArguments === undefined ? text : sameJson(text),
  };
}

/** JSON text without its white space; no arguments at all are an empty object. */
function sameJson(text: string): string {
  return text === '' ? '{}' : JSON.stringify(JSON.parse(text));
}
