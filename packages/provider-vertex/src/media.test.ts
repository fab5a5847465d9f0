import type { UserContent } from '@tako/core';
import { describe, expect, test } from 'vitest';

import { toVertexMedia } from './media.js';

type Media = Exclude<UserContent, { type: 'text' }>;
const write = (part: Media): object => toVertexMedia(part, 'vertex:m');
const url = (at: string, mimeType?: string): Media => ({ type: 'image_url', url: at, mimeType });

test.each<[string, Media, object]>([
  ['bytes', { type: 'image', mimeType: 'image/png', data: Uint8Array.of(1) }, { mimeType: 'image/png', data: 'AQ==' }],
  ['base64', { type: 'image', mimeType: 'IMAGE/JPG; x=1', data: 'AQ==' }, { mimeType: 'image/jpeg', data: 'AQ==' }],
  ['a data URL', url('data:image/webp;base64,AQ=='), { mimeType: 'image/webp', data: 'AQ==' }],
  ['sound', { type: 'audio', mimeType: 'audio/wav', data: 'AQ==' }, { mimeType: 'audio/wav', data: 'AQ==' }],
  [
    'a file',
    { type: 'file', mimeType: 'application/pdf', data: 'AQ==', name: 'a.pdf' },
    { mimeType: 'application/pdf', data: 'AQ==', displayName: 'a.pdf' },
  ],
])('inline: %s', (_, part, inlineData) => {
  expect(write(part)).toEqual({ inlineData });
});

test.each<[string, string | undefined, string]>([
  ['gs://bucket/a.png', undefined, 'image/png'],
  ['https://a.example/b.JPEG?x=.gif#y', undefined, 'image/jpeg'],
  ['https://a.example/b.png', 'image/webp', 'image/webp'],
  ['https://www.youtube.com/watch?v=1', 'video/mp4', 'video/mp4'],
  ['http://a.example/b.heic', undefined, 'image/heic'],
])('by URL: %s', (fileUri, mimeType, expected) => {
  expect(write(url(fileUri, mimeType))).toEqual({ fileData: { mimeType: expected, fileUri } });
});

describe('refused before the network', () => {
  test.each<[string, Media]>([
    ['an image of another type', { type: 'image', mimeType: 'image/svg+xml', data: '' }],
    ['what is no image', { type: 'image', mimeType: 'text/html', data: '' }],
    ['a URL without an ending', url('https://a.example/b')],
    ['an ending that stands for nothing', url('https://a.example/b.constructor')],
    ['an ending in the query', url('https://a.example/b?file=a.png')],
    ['an ending in the host', url('https://a.png')],
    ['an empty type', url('https://a.example/b', '')],
    ['a file of the machine', url('file:///etc/passwd.png', 'image/png')],
    ['an address without a scheme', url('//a.example/b.png')],
    ['a data URL that is no base64', url('data:image/png,abc')],
  ])('%s', (_, part) => {
    expect(() => write(part)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });
});
