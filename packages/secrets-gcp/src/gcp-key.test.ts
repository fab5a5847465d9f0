import { expect, test } from 'vitest';

import { parentOf, parseGcpKey } from './gcp-key.js';

test.each([
  ['app_key', 'projects/p/secrets/app_key', 'latest'],
  ['app-key#3', 'projects/p/secrets/app-key', '3'],
  ['app-key#stable', 'projects/p/secrets/app-key', 'stable'],
  ['projects/other/secrets/x', 'projects/other/secrets/x', 'latest'],
  ['projects/123/secrets/x/versions/4', 'projects/123/secrets/x', '4'],
  [
    'projects/example.com:p/locations/europe-west3/secrets/x#4',
    'projects/example.com:p/locations/europe-west3/secrets/x',
    '4',
  ],
])('%s', (key, path, version) => {
  expect(parseGcpKey(key, 'projects/p')).toMatchObject({ path, version });
});

test.each([
  '',
  '#',
  'x#',
  '#1',
  'x#1#2',
  'x y',
  'x?alt=media',
  'x%2fy',
  '..',
  '../x',
  'a/b',
  'x\n',
  'x\u0000',
  'ключ',
  'projects/../secrets/x',
  'projects/p/secrets/..',
  'projects/p/secrets/x/versions/../y',
  'projects/p/secrets/x/versions/1#2',
  'projects/p/secrets/x/versions/1:destroy',
  'x'.repeat(10_000),
])('%j is refused', (key) => {
  expect(() => parseGcpKey(key, 'projects/p')).toThrow(expect.objectContaining({ code: 'invalid' }));
});

test('a short name needs a project', () => {
  expect(parentOf(undefined, undefined)).toBeUndefined();
  expect(() => parseGcpKey('x', undefined)).toThrow(/projectId/);
});
