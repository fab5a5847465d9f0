import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { ChatEvent } from './chat-event.js';
import { ResponseBuilder } from './response-builder.js';

function built(events: readonly ChatEvent[]): ResponseBuilder {
  const builder = new ResponseBuilder();
  for (const event of events) builder.add(event);
  return builder;
}

const finish: ChatEvent = { type: 'finish', finishReason: 'stop' };

describe('content', () => {
  test('parts stand in the order of their index, however their deltas are mixed', () => {
    const content = built([
      { type: 'text_delta', index: 2, text: 'It is ' },
      { type: 'reasoning_delta', index: 0, text: 'Let me ' },
      { type: 'tool_call_start', index: 10, id: 'call_1', name: 'weather' },
      { type: 'text_delta', index: 2, text: 'warm.' },
      { type: 'tool_call_delta', index: 10, argumentsDelta: '{"city":' },
      { type: 'reasoning_delta', index: 0, text: 'think.' },
      { type: 'tool_call_delta', index: 10, argumentsDelta: '"Bern"}' },
      { type: 'tool_call_end', index: 10, arguments: '{"city":"Bern"}' },
    ]).content();

    expect(content).toStrictEqual([
      { type: 'reasoning', text: 'Let me think.' },
      { type: 'text', text: 'It is warm.' },
      { type: 'tool_call', id: 'call_1', name: 'weather', arguments: '{"city":"Bern"}' },
    ]);
  });

  test('any interleaving of any parts comes to the same content', () => {
    const part = fc.oneof(
      fc.record({
        type: fc.constantFrom('text', 'reasoning'),
        pieces: fc.array(fc.string({ minLength: 1 }), { minLength: 1 }),
      }),
      fc.record({ type: fc.constant('tool_call'), pieces: fc.array(fc.string(), { minLength: 1 }) }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.infiniteStream(fc.nat()), (parts, choices) => {
        const waiting = parts.map(({ type, pieces }, index) => eventsOf(type, index, pieces));
        const events: ChatEvent[] = [];
        for (let left = waiting; left.length > 0; left = left.filter((queue) => queue.length > 0)) {
          const choice = choices.next().value ?? 0;
          events.push(...(left[choice % left.length]?.splice(0, 1) ?? []));
        }

        const seen = built(events)
          .content()
          .map((each) => ({
            type: each.type,
            text: 'text' in each ? each.text : 'arguments' in each ? each.arguments : '',
          }));
        expect(seen).toEqual(parts.map(({ type, pieces }) => ({ type, text: pieces.join('') })));
      }),
    );
  });

  test('the arguments of the end event count more than the deltas', () => {
    const content = built([
      { type: 'tool_call_start', index: 0, id: 'call_1', name: 'weather' },
      { type: 'tool_call_delta', index: 0, argumentsDelta: '{"ci' },
      { type: 'tool_call_end', index: 0, arguments: '{}' },
    ]).content();
    expect(content).toMatchObject([{ arguments: '{}' }]);
  });

  test('a text part is taken up again after a tool call', () => {
    const content = built([
      { type: 'text_delta', index: 0, text: 'a' },
      { type: 'tool_call_start', index: 1, id: 'call_1', name: 'weather' },
      { type: 'text_delta', index: 0, text: 'b' },
    ]).content();
    expect(content[0]).toStrictEqual({ type: 'text', text: 'ab' });
  });

  test('the last vendor data of a part is kept, also where the part has no text', () => {
    const signature = (data: string) => ({ vendor: 'acme', data });
    const content = built([
      { type: 'reasoning_delta', index: 0, text: '', vendorData: signature('redacted') },
      { type: 'text_delta', index: 1, text: 'a', vendorData: signature('first') },
      { type: 'text_delta', index: 1, text: 'b', vendorData: signature('second') },
      { type: 'tool_call_start', index: 2, id: 'call_1', name: 'weather' },
      { type: 'tool_call_end', index: 2, arguments: '', vendorData: signature('item') },
    ]).content();

    expect(content).toStrictEqual([
      { type: 'reasoning', text: '', vendorData: signature('redacted') },
      { type: 'text', text: 'ab', vendorData: signature('second') },
      { type: 'tool_call', id: 'call_1', name: 'weather', arguments: '', vendorData: signature('item') },
    ]);
  });

  test('text without characters and without vendor data is left out', () => {
    expect(built([{ type: 'text_delta', index: 0, text: '' }]).content()).toEqual([]);
  });

  test('what was handed out does not change afterwards', () => {
    const builder = built([{ type: 'text_delta', index: 0, text: 'a' }]);
    const before = builder.content();
    builder.add({ type: 'text_delta', index: 0, text: 'b' });
    expect(before).toEqual([{ type: 'text', text: 'a' }]);
  });

  const text: ChatEvent = { type: 'text_delta', index: 0, text: 'answer' };
  const reasoning: ChatEvent = { type: 'reasoning_delta', index: 0, text: 'secret thought' };
  const toolStart: ChatEvent = { type: 'tool_call_start', index: 0, id: 'call_1', name: 'weather' };
  const toolDelta: ChatEvent = { type: 'tool_call_delta', index: 0, argumentsDelta: '{}' };
  const toolEnd: ChatEvent = { type: 'tool_call_end', index: 0, arguments: '{}' };

  test.each([
    ['reasoning after text', text, reasoning],
    ['text after reasoning', reasoning, text],
    ['a tool call after text', text, toolStart],
    ['text after a tool call', toolStart, text],
    ['arguments after text', text, toolDelta],
    ['the end of a tool call after reasoning', reasoning, toolEnd],
    ['a second tool call', toolStart, { ...toolStart, id: 'call_2' }],
  ] as const)('one index is one part: %s is malformed, and nothing is lost or mixed', (_, first, second) => {
    const builder = built([first]);
    const before = builder.content();
    expect(() => builder.add(second)).toThrow(expect.objectContaining({ code: 'malformed_response' }));
    expect(builder.content()).toEqual(before);
  });

  test.each([toolDelta, toolEnd])('$type of a call that never started is malformed', (event) => {
    expect(() => built([event])).toThrow(expect.objectContaining({ code: 'malformed_response' }));
  });
});

describe('response', () => {
  test('holds what the events told', () => {
    const answeredBy = { id: 'acme:small' };
    const builder = built([
      { type: 'start', requestId: 'req_1', model: 'small-2026', answeredBy },
      { type: 'warning', code: 'downgraded_response_format', message: 'No schemas here.' },
      { type: 'text_delta', index: 0, text: 'Hello' },
      { type: 'usage', usage: { inputTokens: 1, outputTokens: 0 } },
      { type: 'usage', usage: { inputTokens: 1, outputTokens: 3 } },
      { type: 'finish', finishReason: 'length', rawFinishReason: 'max_tokens' },
    ]);

    expect(builder.finished).toBe(true);
    expect(builder.answeredBy).toEqual(answeredBy);
    expect(builder.response()).toEqual({
      message: { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
      finishReason: 'length',
      rawFinishReason: 'max_tokens',
      usage: { inputTokens: 1, outputTokens: 3 },
      requestId: 'req_1',
      model: 'small-2026',
      warnings: [{ type: 'warning', code: 'downgraded_response_format', message: 'No schemas here.' }],
    });
  });

  test('the usage of finish replaces the snapshots before it', () => {
    const usage = { inputTokens: 1, outputTokens: 9 };
    const events: ChatEvent[] = [
      { type: 'usage', usage: { inputTokens: 1, outputTokens: 3 } },
      { ...finish, usage },
    ];
    expect(built(events).response().usage).toEqual(usage);
  });

  test('usage stays absent where the vendor reported none', () => {
    expect(built([finish]).response().usage).toBeUndefined();
    expect('usage' in built([]).partial()).toBe(false);
  });

  test('a failed attempt is no part of the answer', () => {
    const attempt: ChatEvent = {
      type: 'attempt',
      providerId: 'acme:small',
      usage: { inputTokens: 5, outputTokens: 5 },
      error: 'overloaded',
    };
    const response = built([attempt, { type: 'text_delta', index: 0, text: 'Hello' }, finish]).response();
    expect(response.usage).toBeUndefined();
    expect(response.message.content).toEqual([{ type: 'text', text: 'Hello' }]);
  });

  test('an event of a kind from the future is left aside', () => {
    const unknown = { type: 'hologram_delta', index: 0, text: '?' } as unknown as ChatEvent; // newer than this copy
    expect(built([unknown, finish]).response().message.content).toEqual([]);
  });

  test('without finish it is malformed, with what there was as partial', () => {
    const builder = built([
      { type: 'text_delta', index: 0, text: 'Hel' },
      { type: 'usage', usage: { inputTokens: 1, outputTokens: 1 } },
    ]);
    expect(builder.finished).toBe(false);
    expect(() => builder.response()).toThrow(
      expect.objectContaining({
        code: 'malformed_response',
        partial: { content: [{ type: 'text', text: 'Hel' }], usage: { inputTokens: 1, outputTokens: 1 } },
      }),
    );
  });
});

function eventsOf(type: string, index: number, pieces: readonly string[]): ChatEvent[] {
  if (type === 'text') return pieces.map((text) => ({ type: 'text_delta', index, text }));
  if (type === 'reasoning') return pieces.map((text) => ({ type: 'reasoning_delta', index, text }));
  return [
    { type: 'tool_call_start', index, id: `call_${index}`, name: 'tool' },
    ...pieces.map((argumentsDelta): ChatEvent => ({ type: 'tool_call_delta', index, argumentsDelta })),
    { type: 'tool_call_end', index, arguments: pieces.join('') },
  ];
}

describe('a flood of', () => {
  const start = (index: number): ChatEvent => ({
    type: 'tool_call_start',
    index,
    id: `call_${index}`,
    name: 'weather',
  });
  const tooLong = expect.objectContaining({ code: 'malformed_response', message: 'the answer is too long' });

  test('tool calls is refused before it fills the memory', () => {
    const calls = Array.from({ length: 1_001 }, (_, index) => start(index));
    expect(built(calls.slice(1)).content()).toHaveLength(1_000);
    expect(() => built(calls)).toThrow(tooLong);
  });

  test('arguments is refused too, of one call or of many, in pieces or whole', () => {
    const mebi = 'x'.repeat(2 ** 20);
    const pieces = Array.from({ length: 4 }, (_, index): ChatEvent[] => [
      start(index),
      { type: 'tool_call_delta', index, argumentsDelta: mebi },
      { type: 'tool_call_end', index, arguments: mebi },
    ]).flat();
    const most = built(pieces);
    expect(most.content()).toHaveLength(4);
    expect(() => most.add({ type: 'tool_call_delta', index: 0, argumentsDelta: 'x' })).toThrow(tooLong);
    const whole: ChatEvent = { type: 'tool_call_end', index: 0, arguments: 'x'.repeat(2 ** 22 + 1) };
    expect(() => built([start(0), whole])).toThrow(tooLong);
  });
});
