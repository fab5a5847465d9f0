import type { UserContent } from '@tako/core';
import { expect, test } from 'vitest';

import { toAnthropicMedia } from './media.js';

type Media = Exclude<UserContent, { type: 'text' }>;

const bytes = Uint8Array.of(1, 2, 3);

test.each<[string, Media, object]>([
  [
    'bytes of a picture',
    { type: 'image', mimeType: 'image/PNG; q=1', data: bytes },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AQID' } },
  ],
  [
    'a URL',
    { type: 'image_url', url: 'https://a.example/b' },
    { type: 'image', source: { type: 'url', url: 'https://a.example/b' } },
  ],
  [
    'a data URL',
    { type: 'image_url', url: 'data:image/webp;base64,AQID' },
    { type: 'image', source: { type: 'base64', media_type: 'image/webp', data: 'AQID' } },
  ],
  [
    'a PDF by URL',
    { type: 'image_url', url: 'https://a.example/b.pdf', mimeType: 'application/pdf' },
    { type: 'document', source: { type: 'url', url: 'https://a.example/b.pdf' } },
  ],
  [
    'a PDF',
    { type: 'file', mimeType: 'application/pdf', data: bytes, name: 'b.pdf' },
    { type: 'document', title: 'b.pdf', source: { type: 'base64', media_type: 'application/pdf', data: 'AQID' } },
  ],
  [
    'a text',
    { type: 'file', mimeType: 'text/markdown; charset=utf-8', data: new TextEncoder().encode('# Ü') },
    { type: 'document', source: { type: 'text', media_type: 'text/plain', data: '# Ü' } },
  ],
  [
    'a picture as a file',
    { type: 'file', mimeType: 'image/gif', data: 'AQID' },
    { type: 'image', source: { type: 'base64', media_type: 'image/gif', data: 'AQID' } },
  ],
])('%s', (_, part, expected) => {
  expect(toAnthropicMedia(part, 'anthropic:m')).toEqual(expected);
});

test.each<Media>([
  { type: 'image', mimeType: 'image/tiff', data: bytes },
  { type: 'image_url', url: 'gs://bucket/b.png' },
  { type: 'image_url', url: 'file:///b.png' },
  { type: 'image_url', url: 'data:audio/wav;base64,AQID' },
  { type: 'file', mimeType: 'application/zip', data: bytes },
  { type: 'audio', mimeType: 'audio/wav', data: bytes },
])('%j is refused', (part) => {
  expect(() => toAnthropicMedia(part, 'anthropic:m')).toThrow(expect.objectContaining({ code: 'unsupported' }));
});
