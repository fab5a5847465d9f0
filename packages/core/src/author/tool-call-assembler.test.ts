import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { ChatEvent } from '../chat/chat-event.js';
import { ResponseBuilder } from '../chat/response-builder.js';
import { ToolCallAssembler, type ToolCallFragment } from './tool-call-assembler.js';

function assembler(): ToolCallAssembler {
  let index = 0;
  let id = 0;
  return new ToolCallAssembler(
    () => index++,
    () => `made_${id++}`,
  );
}

function assembled(fragments: readonly ToolCallFragment[], by = assembler()): ChatEvent[] {
  return [...fragments.flatMap((fragment) => [...by.add(fragment)]), ...by.end()];
}

test('id and name first, then arguments: told as they come', () => {
  const by = assembler();
  expect([...by.add({ key: 0, id: 'call_1', name: 'weather', arguments: '' })]).toEqual([
    { type: 'tool_call_start', index: 0, id: 'call_1', name: 'weather' },
  ]);
  expect([...by.add({ key: 0, arguments: '{"city":' })]).toEqual([
    { type: 'tool_call_delta', index: 0, argumentsDelta: '{"city":' },
  ]);
  expect([...by.add({ key: 0, arguments: '"Bern"}' })]).toHaveLength(1);
  expect([...by.end()]).toEqual([{ type: 'tool_call_end', index: 0, arguments: '{"city":"Bern"}' }]);
});

test('all in one piece', () => {
  expect(assembled([{ key: 'a', id: 'call_1', name: 'weather', arguments: '{}' }])).toEqual([
    { type: 'tool_call_start', index: 0, id: 'call_1', name: 'weather' },
    { type: 'tool_call_delta', index: 0, argumentsDelta: '{}' },
    { type: 'tool_call_end', index: 0, arguments: '{}' },
  ]);
});

test('arguments before the name are kept, and told after the start', () => {
  expect(
    assembled([
      { key: 0, arguments: '{"a' },
      { key: 0, arguments: '":1}' },
      { key: 0, name: 'late' },
    ]),
  ).toEqual([
    { type: 'tool_call_start', index: 0, id: 'made_0', name: 'late' },
    { type: 'tool_call_delta', index: 0, argumentsDelta: '{"a":1}' },
    { type: 'tool_call_end', index: 0, arguments: '{"a":1}' },
  ]);
});

test('the id may come before the name, with it, late, or never: one call, one id, start before everything else', () => {
  const events = assembled([
    { key: 0, id: 'early' },
    { key: 0, name: 'first' },
    { key: 1, name: 'second' },
    { key: 1, id: 'late', arguments: '{}' },
    { key: 2, id: '', name: 'third' },
    { key: 3, id: null, name: 'fourth', arguments: null },
  ]);
  const starts = events.filter((event) => event.type === 'tool_call_start');
  expect(starts.map(({ name }) => name)).toEqual(['first', 'second', 'third', 'fourth']);
  expect(starts[0]?.id).toBe('early');
  expect(new Set(starts.map(({ id }) => id)).size).toBe(4);
  expect(starts.every(({ id }) => id !== '')).toBe(true);
});

test('name and id that are repeated in every piece are told once', () => {
  const piece = { key: 0, id: 'call_1', name: 'weather' };
  const events = assembled([
    { ...piece, arguments: '{' },
    { ...piece, arguments: '}' },
    { ...piece, name: '', id: '' },
  ]);
  expect(events.filter(({ type }) => type === 'tool_call_start')).toEqual([
    { type: 'tool_call_start', index: 0, id: 'call_1', name: 'weather' },
  ]);
  expect(events.at(-1)).toEqual({ type: 'tool_call_end', index: 0, arguments: '{}' });
});

test('a call that never got a name is ended with an empty one', () => {
  expect(assembled([{ key: 0, id: 'call_1', arguments: '{}' }])).toEqual([
    { type: 'tool_call_start', index: 0, id: 'call_1', name: '' },
    { type: 'tool_call_delta', index: 0, argumentsDelta: '{}' },
    { type: 'tool_call_end', index: 0, arguments: '{}' },
  ]);
});

test('ids made by default are unique across assemblers', () => {
  const made = Array.from({ length: 50 }, () => {
    const [start] = new ToolCallAssembler(() => 0).add({ key: 0, name: 'weather' });
    return start?.type === 'tool_call_start' ? start.id : '';
  });
  expect(new Set(made).size).toBe(50);
  expect(made).not.toContain('');
});

test('any tells whether a call was seen, also after the end', () => {
  const by = assembler();
  expect(by.any).toBe(false);
  assembled([{ key: 0, name: 'weather' }], by);
  expect(by.any).toBe(true);
});

test('nothing is told twice: the end after the end is empty', () => {
  const by = assembler();
  assembled([{ key: 0, name: 'weather' }], by);
  expect([...by.end()]).toEqual([]);
});

test('parallel calls in any interleaving and any cutting come to the same calls', () => {
  const call = fc.record({ name: fc.string({ minLength: 1 }), pieces: fc.array(fc.string(), { maxLength: 5 }) });
  fc.assert(
    fc.property(fc.array(call, { minLength: 1, maxLength: 5 }), fc.infiniteStream(fc.nat()), (calls, choices) => {
      const waiting = calls.map(({ name, pieces }, key): ToolCallFragment[] => [
        { key, id: `call_${key}`, name },
        ...pieces.map((text) => ({ key, arguments: text })),
      ]);
      const fragments: ToolCallFragment[] = waiting.flatMap((queue) => queue.splice(0, 1));
      for (let left = waiting; ;) {
        left = left.filter((queue) => queue.length > 0);
        if (left.length === 0) break;
        fragments.push(...(left[(choices.next().value ?? 0) % left.length]?.splice(0, 1) ?? []));
      }

      const builder = new ResponseBuilder();
      for (const event of assembled(fragments)) builder.add(event);
      expect(builder.content()).toEqual(
        calls.map(({ name, pieces }, key) => ({
          type: 'tool_call',
          id: `call_${key}`,
          name,
          arguments: pieces.join(''),
        })),
      );
    }),
  );
});
