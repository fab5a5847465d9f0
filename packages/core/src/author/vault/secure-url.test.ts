import { expect, test } from 'vitest';

import { secureUrl } from './secure-url.js';

test.each([
  ['https://vault.example', 'https://vault.example/'],
  ['HTTPS://VAULT.example:8200/x', 'https://vault.example:8200/x'],
  ['http://localhost', 'http://localhost/'],
  ['http://LOCALHOST:1', 'http://localhost:1/'],
  ['http://127.0.0.1:8200', 'http://127.0.0.1:8200/'],
  ['http://[::1]:8200', 'http://[::1]:8200/'],
])('%s may get credentials', (text, href) => {
  expect(secureUrl(text, 'acme', 'url').href).toBe(href);
});

test.each([
  '',
  'vault.example',
  '//vault.example',
  'http://vault.example',
  'http://10.0.0.1',
  'http://127.0.0.2',
  'http://0.0.0.0',
  'http://[::]',
  'http://[::ffff:127.0.0.1]',
  'http://localhost.',
  'http://localhost.evil.com',
  'http://127.0.0.1.evil.com',
  'http://evil.com#@localhost',
  'http://localhost@evil.com',
  'https://user@vault.example',
  'https://:pass-word-1@vault.example',
  'https://vault.example?pass-word-1',
  'https://vault.example/#',
  'https://[::1',
  'ftp://localhost',
  'file:///etc/passwd',
  'javascript:alert(1)',
])('%j may not, and is not shown', (text) => {
  expect(() => secureUrl(text, 'acme', 'url')).toThrow(
    expect.objectContaining({ code: 'invalid', message: expect.not.stringMatching(/pass-word|evil/) }),
  );
});
