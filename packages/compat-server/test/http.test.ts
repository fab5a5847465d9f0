import { scriptedProvider } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import { raw } from './raw-request.js';
import { adaToken, hello, oneModel, serving, statusOf } from './serving.js';

const bearer = `Authorization: Bearer ${adaToken}\r\n`;
const post = (headers: string, body = ''): string =>
  `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${headers}\r\n${body}`;

describe('bodies', () => {
  test('one byte above the limit is refused before it is read, and when it is not announced', async () => {
    const body = JSON.stringify(hello);
    const { ask } = await serving(oneModel(), { limits: { maxBodyBytes: body.length } });
    expect((await ask('/v1/chat/completions', body)).status).toBe(200);
    expect((await ask('/v1/chat/completions', `${body} `)).status).toBe(413);
    const { url } = await serving(oneModel(), { limits: { maxBodyBytes: 1_000 } });
    const headers = `${bearer}Content-Type: application/json\r\n`;
    expect(statusOf(await raw(url, post(`${headers}Content-Length: 99999999\r\n`)))).toBe(413);
    const chunk = `400\r\n${' '.repeat(1_024)}\r\n`;
    expect(statusOf(await raw(url, post(`${headers}Transfer-Encoding: chunked\r\n`, chunk.repeat(3))))).toBe(413);
  });

  test.each<[string, string]>([
    ['no type', ''],
    ['text', 'Content-Type: text/plain\r\n'],
    ['a form', 'Content-Type: multipart/form-data; boundary=x\r\n'],
    ['a type with something behind it', 'Content-Type: application/json garbage\r\n'],
    ['a type with a tab in it', 'Content-Type: application/json\tx\r\n'],
    ['another character set', 'Content-Type: application/json; charset=utf-16\r\n'],
    ['two types', 'Content-Type: application/json\r\nContent-Type: text/plain\r\n'],
    ['a packed body', 'Content-Type: application/json\r\nContent-Encoding: br\r\n'],
  ])('%s: 415 with a credential, 401 without', async (_, headers) => {
    const { url } = await serving(oneModel());
    const body = JSON.stringify(hello);
    const length = `Content-Length: ${body.length}\r\n`;
    const answer = await raw(url, post(bearer + headers + length, body));
    expect(statusOf(answer)).toBe(415);
    expect(answer).toMatch(/x-request-id: req_/);
    expect(answer).toContain('"type":"invalid_request_error"');
    expect(statusOf(await raw(url, post(headers + length, body)))).toBe(401);
  });

  test.each<[string, string | Uint8Array]>([
    ['100 000 levels', '['.repeat(100_000)],
    ['65 levels', `{"a":${'['.repeat(65)}${']'.repeat(65)}}`],
    ['100 000 keys', `{${Array.from({ length: 100_000 }, (__, at) => `"${at}":1`).join()}}`],
    ['a million values', `[${'1,'.repeat(1_000_000)}1]`],
    ['a key that is a prototype', '{"model":"tako","__proto__":{"polluted":1}}'],
    ['the same, escaped', '{"model":"tako","metadata":{"\\u005f_proto__":{"polluted":1}}}'],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['a byte order mark', `\ufeff${JSON.stringify(hello)}`],
    [
      '10 001 messages',
      JSON.stringify({ ...hello, messages: Array.from({ length: 10_001 }, () => hello.messages[0]) }),
    ],
    [
      'a tool’s name with a path',
      JSON.stringify({ ...hello, tools: [{ type: 'function', function: { name: '../x' } }] }),
    ],
    ['1 000 stops', JSON.stringify({ ...hello, stop: Array.from({ length: 1_000 }, String) })],
    ['a number that is none', '{"model":"tako","messages":[],"max_tokens":1e309}'],
  ])('%s: 400, at once', async (_, body) => {
    const { url } = await serving(oneModel());
    const startedAt = performance.now();
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      body: body as BodyInit,
      headers: { authorization: `Bearer ${adaToken}`, 'content-type': 'application/json' },
    });
    expect(response.status).toBe(400);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('a key that comes twice counts as it came last, for who may and for who answers', async () => {
    const models = { ...oneModel(), secret: scriptedProvider([]) };
    const { ask } = await serving(models, { grants: (_, id) => id !== 'secret' });
    const body = (first: string, last: string): string =>
      `{"model":"${first}","model":"${last}","Model":"secret","messages":[{"role":"user","content":"x"}]}`;
    expect((await ask('/v1/chat/completions', body('secret', 'tako'))).status).toBe(200);
    expect((await ask('/v1/chat/completions', body('tako', 'secret'))).status).toBe(404);
  });

  test('one that does not come is given up', async () => {
    const { url } = await serving(oneModel(), { limits: { bodyTimeoutMs: 50 } });
    const answer = await raw(url, post(`${bearer}Content-Type: application/json\r\nContent-Length: 50\r\n`, '{'));
    expect(statusOf(answer)).toBe(408);
  });
});

describe('HTTP', () => {
  test.each<[string, string, number]>([
    ['no host', 'GET /v1/models HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['two hosts', 'GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', 200],
    [
      'two hosts where it matters',
      `GET /v1/models HTTP/1.1\r\nHost: localhost\r\nHost: b\r\n${bearer}Connection: close\r\n\r\n`,
      400,
    ],
    ['a host with a path', `GET /v1/models HTTP/1.1\r\nHost: localhost/?x=\r\n${bearer}Connection: close\r\n\r\n`, 400],
    ['another host', `GET /v1/models HTTP/1.1\r\nHost: evil.example\r\n${bearer}Connection: close\r\n\r\n`, 421],
  ])('%s', async (_, text, status) => {
    const { url } = await serving(oneModel());
    expect(statusOf(await raw(url, text))).toBe(status);
  });
});
