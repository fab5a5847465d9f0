import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import { loopback, refusedPort } from '../../test/loopback.js';
import { TakoError } from '../error/tako-error.js';
import { transportError } from './transport-error.js';

/** What a `fetch` that fails comes to. */
async function failureOf(url: string, init?: RequestInit): Promise<TakoError> {
  try {
    const response = await fetch(url, init);
    await response.text();
  } catch (error) {
    return transportError(error, 'acme:small');
  }
  throw new Error(`${url} was expected to fail`);
}

describe('real failures of fetch', () => {
  test('nobody listens', async () => {
    const error = await failureOf(`http://127.0.0.1:${await refusedPort()}/`);
    expect(error).toMatchObject({
      code: 'transport',
      retryable: true,
      source: 'acme:small',
      details: { platformCode: 'ECONNREFUSED' },
    });
    expect(error.message).toBe('acme:small: the connection failed (ECONNREFUSED); check the base URL');
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  test('there is no such host', async () => {
    const error = await failureOf('http://nobody.invalid/');
    expect(error.code).toBe('transport');
    expect(error.message).toContain('check the base URL');
  });

  test('https to a port that speaks plain HTTP', async () => {
    await using peer = await loopback((_, response) => response.end('hello'));
    const error = await failureOf(peer.url.replace('http:', 'https:'));
    expect(error.code).toBe('transport');
    expect(error.message).toContain('the connection failed');
  });

  test('the connection breaks off before the answer', async () => {
    await using peer = await loopback((request) => request.socket.destroy());
    const error = await failureOf(peer.url);
    expect(error.code).toBe('transport');
    expect(error.message).toContain('the connection failed');
  });

  test('the connection breaks off in the middle of the body', async () => {
    await using peer = await loopback((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('first', () => response.destroy());
    });
    const error = await failureOf(peer.url);
    expect(error.code).toBe('transport');
    expect(error.message).toContain('the connection failed');
  });

  test('what answers is not HTTP', async () => {
    await using peer = await loopback((request) => request.socket.end('this is not HTTP\r\n\r\n'));
    const error = await failureOf(peer.url);
    expect(error.code).toBe('transport');
    expect(error.message).toMatch(/^acme:small: the connection/);
  });
});

describe('the reason', () => {
  const coded = (code: string, cause?: unknown) =>
    Object.assign(new Error('https://user:password@host/?key=secret', { cause }), { code });

  test.each([
    ['CERT_HAS_EXPIRED', 'certificate'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'certificate'],
    ['ECONNRESET', 'failed (ECONNRESET)'],
    ['EPIPE', 'failed (EPIPE)'],
    ['UND_ERR_SOCKET', 'failed (UND_ERR_SOCKET)'],
    ['EAI_AGAIN', 'base URL'],
    ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT'],
  ])('%s is told in words', (code, word) => {
    const error = transportError(new TypeError('fetch failed', { cause: coded(code) }), 'acme:small');
    expect(error.message).toContain(word);
    expect(error.details).toEqual({ platformCode: code });
  });

  test('is found in the first of several errors', () => {
    const error = transportError(
      new TypeError('fetch failed', { cause: new AggregateError([coded('ECONNREFUSED'), coded('EPIPE')]) }),
      'acme:small',
    );
    expect(error.details).toEqual({ platformCode: 'ECONNREFUSED' });
  });

  test.each([
    undefined,
    null,
    'reset',
    42,
    new Error('reset'),
    {},
    { code: 7 },
    { errors: [] },
    new DOMException('gone', 'NetworkError'),
  ])('may be missing: %o', (thrown) => {
    const error = transportError(thrown, 'acme:small');
    expect(error).toMatchObject({ code: 'transport', message: 'acme:small: the connection failed' });
    expect(error.details).toBeUndefined();
    expect(error.cause).toBe(thrown ?? error.cause);
  });

  test('of a chain that bites its own tail ends', () => {
    const snake: { cause?: unknown } = {};
    snake.cause = snake;
    expect(transportError(snake, 'acme:small').code).toBe('transport');
  });

  test('comes without the text of the platform, which may hold a key', () => {
    const error = transportError(coded('ECONNRESET'), 'acme:small');
    expect(error.message + JSON.stringify(error)).not.toMatch(/password|secret/);
    expect(inspect({ ...error, cause: undefined })).not.toMatch(/password|secret/);
  });
});

test('an error of ours is handed through', () => {
  const ours = new TakoError('auth', 'no key');
  expect(transportError(ours, 'acme:small')).toBe(ours);
});
