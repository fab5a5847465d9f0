import { expect, test } from 'vitest';

import { assistant, toolResults, user, type Message } from './message.js';
import { plainMessages } from './plain-messages.js';

const bytes = Uint8Array.of(115, 113, 117, 105, 100);
const vendorData = { vendor: 'acme', data: { signature: 'abc', content: [1, 2], nested: { data: 'x' } } };

const withBytes: readonly Message[] = [
  user('Look', { type: 'image', mimeType: 'image/png', data: bytes, vendorData }),
  assistant({ type: 'reasoning', text: '', vendorData }, 'A squid.'),
  toolResults({
    type: 'tool_result',
    toolCallId: 'call_1',
    name: 'camera',
    isError: false,
    content: [
      { type: 'file', mimeType: 'application/pdf', data: bytes, name: 'squid.pdf' },
      { type: 'audio', mimeType: 'audio/wav', data: 'c3F1aWQ=' },
    ],
  }),
];

test('every run of bytes becomes base64, and all else is kept', () => {
  const before = structuredClone(withBytes);
  const plain = plainMessages(withBytes);
  expect(plain).toStrictEqual([
    user('Look', { type: 'image', mimeType: 'image/png', data: 'c3F1aWQ=', vendorData }),
    withBytes[1],
    toolResults({
      type: 'tool_result',
      toolCallId: 'call_1',
      name: 'camera',
      isError: false,
      content: [
        { type: 'file', mimeType: 'application/pdf', data: 'c3F1aWQ=', name: 'squid.pdf' },
        { type: 'audio', mimeType: 'audio/wav', data: 'c3F1aWQ=' },
      ],
    }),
  ]);
  expect(withBytes).toStrictEqual(before);
});

test('what comes out survives JSON as it is', () => {
  const plain = plainMessages(withBytes);
  expect(JSON.parse(JSON.stringify(plain))).toStrictEqual(plain);
});

test('messages without bytes are handed back as they are', () => {
  const messages = [user('Hello'), assistant('Hi')];
  expect(plainMessages(messages)).toBe(messages);
  const encoded = [user({ type: 'image', mimeType: 'image/png', data: 'c3F1aWQ=' })];
  expect(plainMessages(encoded)).toBe(encoded);
  expect(plainMessages([])).toEqual([]);
});
