import { toBase64 } from '@tako/core';
import { expect, test } from 'vitest';

import { fromCallResult } from './from-call-result.js';

const from = (content: unknown) => fromCallResult({ content }, 'server').content;
const base64 = (text: string) => toBase64(new TextEncoder().encode(text));

test('text, images and sound', () => {
  expect(
    from([
      { type: 'text', text: 'hi' },
      { type: 'image', mimeType: 'image/webp', data: 'AAAA' },
      { type: 'audio', mimeType: 'audio/mpeg', data: 'BBBB' },
    ]),
  ).toEqual([
    { type: 'text', text: 'hi' },
    { type: 'image', mimeType: 'image/webp', data: 'AAAA' },
    { type: 'audio', mimeType: 'audio/mpeg', data: 'BBBB' },
  ]);
});

test('embedded resources: text as text, bytes by what they are', () => {
  const resource = (fields: object) => ({ type: 'resource', resource: { uri: 'file:///a/b.pdf?x#y', ...fields } });
  expect(
    from([
      resource({ text: 'words', mimeType: 'text/markdown' }),
      resource({ blob: 'AAAA', mimeType: 'image/png' }),
      resource({ blob: 'AAAA', mimeType: 'audio/wav' }),
      resource({ blob: 'AAAA', mimeType: 'application/pdf' }),
      resource({ blob: base64('{"ä":1}'), mimeType: 'application/json' }),
      resource({ blob: toBase64(new Uint8Array([0xff, 0xfe])), mimeType: 'text/plain' }),
      resource({ blob: 'AAAA', uri: 'memo://' }),
    ]),
  ).toEqual([
    { type: 'text', text: '[file:///a/b.pdf?x#y]\nwords' },
    { type: 'image', mimeType: 'image/png', data: 'AAAA' },
    { type: 'audio', mimeType: 'audio/wav', data: 'AAAA' },
    { type: 'file', mimeType: 'application/pdf', data: 'AAAA', name: 'b.pdf' },
    { type: 'text', text: '[file:///a/b.pdf?x#y]\n{"ä":1}' },
    { type: 'file', mimeType: 'text/plain', data: '//4=', name: 'b.pdf' },
    { type: 'file', mimeType: 'application/octet-stream', data: 'AAAA', name: undefined },
  ]);
});

test('links are told of in words', () => {
  expect(
    from([
      {
        type: 'resource_link',
        uri: 'file:///x',
        name: 'x',
        title: 'The X',
        mimeType: 'text/plain',
        description: 'About x.',
      },
      { type: 'resource_link', uri: 'file:///y' },
    ]),
  ).toEqual([
    { type: 'text', text: '[file:///x] The X text/plain\nAbout x.' },
    { type: 'text', text: '[file:///y]' },
  ]);
});

test('an unknown kind of content is handed on as it is', () => {
  expect(from([{ type: 'hologram', data: 1 }, { type: 'text' }, 'x', { type: 'resource' }])).toEqual([
    { type: 'text', text: '{"type":"hologram","data":1}' },
    { type: 'text', text: '{"type":"text"}' },
    { type: 'text', text: '"x"' },
    { type: 'text', text: '{"type":"resource"}' },
  ]);
});

test('structured content stands in where there is no other, and only then', () => {
  expect(fromCallResult({ content: [], structuredContent: { a: 1 } }, 's').content).toEqual([
    { type: 'text', text: '{"a":1}' },
  ]);
  expect(fromCallResult({ structuredContent: [1] }, 's').content).toEqual([{ type: 'text', text: '[1]' }]);
  expect(fromCallResult({ toolResult: 7 }, 's').content).toEqual([{ type: 'text', text: '7' }]);
  expect(fromCallResult({ content: [{ type: 'text', text: 'a' }], structuredContent: 1 }, 's').content).toHaveLength(1);
  expect(fromCallResult({}, 's').content).toEqual([{ type: 'text', text: '(no output)' }]);
});

test('a failed call is one', () => {
  expect(fromCallResult({ content: [], isError: true }, 's').isError).toBe(true);
  expect(fromCallResult({ content: [], isError: 'yes' }, 's').isError).toBe(false);
});

test.each([null, undefined, 'text', [], 7])('%j is no result', (result) => {
  expect(() => fromCallResult(result, 's')).toThrow(expect.objectContaining({ code: 'malformed_response' }));
});
