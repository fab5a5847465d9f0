import { fromBase64, tool, toolOutput, type ToolResultPart } from '@tako/core';
import { expect, test } from 'vitest';

import { SingleAgent } from '../src/index.js';
import { play } from './play.js';
import { callTools, say, scriptedModel } from './scripted-model.js';

/** The result part that the model reads for what a tool returned. */
async function resultOf(value: unknown, maxToolResultCharacters?: number): Promise<ToolResultPart | undefined> {
  const give = tool({ name: 'give', execute: () => value });
  const provider = scriptedModel([callTools(['a', 'give']), say('ok')]);
  const { result } = await play(new SingleAgent({ provider, tools: [give], maxToolResultCharacters }), 'go');
  const part = result.messages[2]?.content[0];
  return part?.type === 'tool_result' ? part : undefined;
}

test.each([
  ['a string as it is', 'plain "text"', 'plain "text"'],
  ['an empty string', '', ''],
  ['an object as JSON', { a: [1, null] }, '{"a":[1,null]}'],
  ['a number', 0, '0'],
  ['false', false, 'false'],
  ['null', null, 'null'],
  ['nothing', undefined, '(no output)'],
  ['a function', () => 1, '(no output)'],
  ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ['a map', new Map([['a', 1]]), '{}'],
])('%s', async (_, value, told) => {
  const part = await resultOf(value);
  expect(part).toEqual({ type: 'tool_result', toolCallId: 'a', name: 'give', content: [{ type: 'text', text: told }] });
});

test.each([
  [
    'a circle',
    (() => {
      const circle: { self?: unknown } = {};
      circle.self = circle;
      return circle;
    })(),
  ],
  ['a bigint', 1n],
  [
    'a toJSON that throws',
    {
      toJSON() {
        throw new Error('no');
      },
    },
  ],
])('%s has no JSON form: an error result', async (_, value) => {
  const part = await resultOf(value);
  expect(part).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(/^The tool failed: /) }] });
});

test('text up to the limit is whole; one character more is cut, with a mark', async () => {
  expect((await resultOf('12345', 5))?.content).toEqual([{ type: 'text', text: '12345' }]);
  expect((await resultOf('123456', 5))?.content).toEqual([
    { type: 'text', text: '12345\n[truncated: 5 of 6 characters shown]' },
  ]);
});

test('the limit is 100 000 characters by default', async () => {
  const [part] = (await resultOf('x'.repeat(100_001)))?.content ?? [];
  expect(part).toMatchObject({
    text: expect.stringMatching(/^x{100000}\n\[truncated: 100000 of 100001 characters shown\]$/),
  });
});

test('the limit is over all text parts, pictures aside', async () => {
  const picture = { type: 'image', mimeType: 'image/png', data: 'aGVsbG8=' } as const;
  const part = await resultOf(
    toolOutput([{ type: 'text', text: 'abc' }, picture, { type: 'text', text: 'defg' }, { type: 'text', text: 'h' }]),
    5,
  );
  expect(part?.content).toEqual([
    { type: 'text', text: 'abc' },
    picture,
    { type: 'text', text: 'de\n[truncated: 2 of 4 characters shown]' },
    { type: 'text', text: '\n[truncated: 0 of 1 characters shown]' },
  ]);
});

test('the cut never splits a character in two', async () => {
  for (const limit of [1, 2, 3, 4]) {
    const [part] = (await resultOf('a\u{1F600}\u{1F600}', limit))?.content ?? [];
    // encodeURIComponent throws for half a character.
    expect(() => encodeURIComponent(part?.type === 'text' ? part.text : '\uD800'), `at ${limit}`).not.toThrow();
  }
});

test('error messages are limited too', async () => {
  const shout = tool({
    name: 'give',
    execute: () => {
      throw new Error('x'.repeat(1_000));
    },
  });
  const provider = scriptedModel([callTools(['a', 'give']), say('ok')]);
  const agent = new SingleAgent({ provider, tools: [shout], maxToolResultCharacters: 20 });
  const { result } = await play(agent, 'go');
  expect(result.messages[2]?.content).toMatchObject([
    {
      isError: true,
      content: [{ text: expect.stringMatching(/^The tool failed: xxx\n\[truncated: 20 of \d+ characters shown\]$/) }],
    },
  ]);
});

test('bytes of a picture travel as base64, in the history, the events and the state', async () => {
  const bytes = new Uint8Array(70_000).map((_, at) => at % 251);
  const part = await resultOf(toolOutput([{ type: 'image', mimeType: 'image/png', data: bytes }]));
  const [picture] = part?.content ?? [];
  expect(picture).toMatchObject({ type: 'image', mimeType: 'image/png', data: expect.any(String) });
  expect(picture?.type === 'image' && fromBase64(picture.data)).toEqual(bytes);
});

test('a tool can say that it failed, in parts', async () => {
  const part = await resultOf(toolOutput([{ type: 'text', text: 'the disk is full' }], { isError: true }));
  expect(part).toMatchObject({ isError: true, content: [{ text: 'the disk is full' }] });
});

test('a tool can hand back nothing at all', async () => {
  expect((await resultOf(toolOutput([])))?.content).toEqual([]);
});
