import { gzipSync } from 'node:zlib';

import { beforeAll, expect } from 'vitest';

import { raw } from '../raw-request.js';
import { adaToken, hello, oneModel, statusOf } from '../serving.js';
import { fault } from './fault.js';
import { startedServer, type StartedServer } from './started-server.js';

let server: StartedServer;
beforeAll(async () => {
  server = await startedServer(oneModel());
});

const bearer = `Authorization: Bearer ${adaToken}\r\n`;
const json = 'Content-Type: application/json\r\n';
const good = JSON.stringify(hello);
const post = (headers: string, body = ''): string =>
  `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${bearer}${json}${headers}\r\n${body}`;
const get = (path: string, headers = bearer): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n`;
/** A second request, hidden behind the first: whoever runs it has been smuggled to. */
const hidden = 'GET /v1/models HTTP/1.1\r\nHost: localhost\r\nx-request-id: smuggled\r\n\r\n';

/** Each text gets one answer, of this status, and the server goes on. */
async function answers(status: number, ...texts: readonly string[]): Promise<string> {
  let answer = '';
  for (const text of texts) {
    const logged = server.log.length;
    answer = await raw(server.url, text);
    await expect.poll(() => server.log.length, { timeout: 10_000 }).toBe(logged + 1);
    const shown = text.slice(0, 200);
    expect(statusOf(answer), shown).toBe(status);
    expect(answer.match(/HTTP\/1\.1 \d/g), shown).toHaveLength(1);
    expect(answer, shown).not.toContain('smuggled');
    expect(answer, shown).toMatch(/x-request-id: req_/);
  }
  await server.serves();
  return answer;
}

fault('19a', 'two lengths, or one that is no number', async () => {
  const lengths = ['5\r\nContent-Length: 6', '+5', '-5', '5, 5', '5 5', '0x5', '5;', ''];
  await answers(400, ...lengths.map((length) => post(`Content-Length: ${length}\r\n`, `12345${hidden}`)));
});

fault('19b', 'a length beside chunks', async () => {
  const chunks = `0\r\n\r\n${hidden}`;
  await answers(
    400,
    post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', chunks),
    post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', chunks),
  );
});

fault('19c', 'a transfer coding that is not chunked', async () => {
  const codings = ['xchunked', 'chunked, identity', 'identity', 'gzip', 'chunked, chunked, identity'];
  await answers(400, ...codings.map((coding) => post(`Transfer-Encoding: ${coding}\r\n`, `0\r\n\r\n${hidden}`)));
});

fault('19d', 'headers that are not written as headers', async () => {
  await answers(
    400,
    post('Foo : bar\r\n'),
    post('Foo: bar\r\n folded\r\n'),
    post('Foo\r\n'),
    post('F\u0001oo: bar\r\n'),
    post('Foo: b\u0000r\r\n'),
    `GET /v1/models HTTP/1.1\nHost: localhost\n${bearer.trimEnd()}\n\n`,
  );
});

fault('19e', 'chunks whose size is none', async () => {
  const chunked = (body: string): string => post('Transfer-Encoding: chunked\r\n', body);
  await answers(400, chunked(`zz\r\n${hidden}`), chunked(`-1\r\n${hidden}`), chunked(`0x5\r\n12345\r\n0\r\n\r\n`));
});

fault('19f', 'a chunk extension of a megabyte', async () => {
  const answer = await raw(
    server.url,
    post('Transfer-Encoding: chunked\r\n', `1;${'x'.repeat(1_000_000)}\r\n{\r\n0\r\n\r\n`),
  );
  // The connection is cut while the client still writes: the answer may be lost on the way.
  expect([413, Number.NaN]).toContain(statusOf(answer));
  await server.serves();
});

fault('19g', 'text that is not HTTP', async () => {
  await answers(
    400,
    'hello\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000',
    `GET\r\n\r\n`,
    'GET / HTTP/9.9\r\n\r\n',
  );
});

fault('20b', 'a length that is too short', async () => {
  // What is left over is no request: the connection ends with the answer.
  await answers(400, post('Content-Length: 5\r\n', `{"a":${hidden}`));
});

fault('21a', 'a hundred requests in one piece', async () => {
  const text = Array.from({ length: 100 }, (_, at) =>
    get('/v1/models', `x-request-id: r${at}\r\n${bearer}`).replace('Connection: close\r\n', ''),
  );
  const answer = await raw(server.url, text.join('') + get('/healthz'));
  const order = Array.from(answer.matchAll(/x-request-id: r(\d+)/g), ([, at]) => Number(at));
  expect(order).toEqual(Array.from({ length: 100 }, (_, at) => at));
  await server.serves();
});

fault('22a', 'an expectation without a credential', async () => {
  const text = post('Expect: 100-continue\r\nContent-Length: 9\r\n').replace(bearer, '');
  expect(await answers(401, text)).not.toContain('100 Continue');
});

fault('22b', 'an expectation that nobody can meet', async () => {
  await answers(417, post('Expect: a-miracle\r\nContent-Length: 0\r\n'));
});

fault('22c', 'an expectation that is met', async () => {
  const text = post(`Expect: 100-continue\r\nContent-Length: ${good.length}\r\n`, good);
  expect(await raw(server.url, text)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/);
});

fault('23a', 'a body that is packed', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000)).toString('latin1');
  for (const coding of ['gzip', 'br', 'zstd', 'deflate', 'gzip, gzip', 'identity'])
    await answers(415, post(`Content-Encoding: ${coding}\r\nContent-Length: ${bomb.length}\r\n`));
});

fault('24a', 'headers that are too large', async () => {
  await answers(
    431,
    post(`X: ${'x'.repeat(70_000)}\r\n`),
    post('X-Many: 123456789012345678901234567890\r\n'.repeat(2_000)),
  );
});

fault('24b', 'a header that is a prototype', async () => {
  const answer = await raw(server.url, get('/v1/models', `__proto__: x\r\nconstructor: y\r\n${bearer}`));
  expect(statusOf(answer)).toBe(200);
  expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
});

fault('24c', 'thousands of headers, each of them small', async () => {
  const many = Array.from({ length: 4_000 }, (_, at) => `x${at}: 1\r\n`).join('');
  await answers(431, get('/v1/models', many + bearer), get('/v1/models', bearer + many));
});

fault('25a', 'a target that is spelt in another way', async () => {
  const targets = [
    'http://evil/v1/models',
    '//v1/models',
    '/v1/../v1/models',
    '/v1/models;x',
    '/V1/MODELS',
    '/v1/models/',
  ];
  const odd = [
    '/v1/%2e%2e/v1/models',
    '/v1/models%00',
    '/v1/models%2f',
    '/%76%31/models',
    '/v1//models',
    '/v1/models\\..',
  ];
  for (const target of [...targets, ...odd]) {
    const known = statusOf(await raw(server.url, get(target)));
    expect([404, 400], target).toContain(known);
    expect(statusOf(await raw(server.url, get(target, ''))), target).toBe(401);
  }
  await server.serves();
});

fault('25b', 'a path behind that of a probe, which nobody has to sign', async () => {
  const probes = [
    '/healthz/../v1/models',
    '/healthz%2f..%2fv1/models',
    '/healthz;/v1/models',
    '/healthz/',
    '/healthz%00',
  ];
  for (const target of [...probes, '/readyz/../metrics', '//healthz', '/Healthz', '/healthz\\..'])
    expect(statusOf(await raw(server.url, get(target, ''))), target).toBe(401);
  const asked = await raw(server.url, get('/healthz?/v1/models', ''));
  expect([statusOf(asked), asked.includes('{"status":"ok"}')]).toEqual([200, true]);
  await server.serves();
});

fault('25c', 'a path that cannot be decoded', async () => {
  for (const path of ['/v1/%', '/v1/models/%E0%A4%A', '/%ff', '/v1/chat/completions%zz']) {
    await answers(401, get(path, ''));
    const answer = await raw(server.url, get(path));
    expect([400, 404], path).toContain(statusOf(answer));
    expect(answer, path).toMatch(/x-request-id: req_[^]*"type":"invalid_request_error"/);
  }
});

fault('28a', 'a method that the route does not have', async () => {
  const methods: readonly [string, string, string][] = [
    ['PUT', '/v1/chat/completions', 'POST'],
    ['GET', '/v1/chat/completions', 'POST'],
    ['DELETE', '/v1/models', 'GET'],
    ['TRACE', '/v1/models', 'GET'],
    ['PROPFIND', '/v1/models', 'GET'],
    ['PATCH', '/v1/responses/resp_1', 'GET, DELETE'],
  ];
  for (const [method, path, allow] of methods) {
    const answer = await answers(405, get(path).replace('GET', method));
    expect(/\r\nallow: ([^\r]*)/.exec(answer)?.[1], `${method} ${path}`).toBe(allow);
  }
});

fault('28b', 'an upgrade to something else', async () => {
  for (const protocol of ['h2c', 'websocket']) {
    const answer = await raw(server.url, get('/v1/models', `Upgrade: ${protocol}\r\nConnection: Upgrade\r\n${bearer}`));
    expect([200, 400], protocol).toContain(statusOf(answer));
    expect(answer, protocol).not.toContain('101 ');
  }
  await server.serves();
});

fault('28c', 'the preface of HTTP 2', async () => {
  await answers(400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
});

fault('28d', 'a tunnel', async () => {
  const answer = await raw(server.url, `CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n${bearer}\r\n`);
  expect(answer).not.toMatch(/^HTTP\/1\.1 2/);
  await server.serves();
});

fault('29a', 'a method in a header', async () => {
  const text = get('/v1/models', `X-HTTP-Method-Override: DELETE\r\nX-Method-Override: POST\r\n${bearer}`);
  expect(statusOf(await raw(server.url, text))).toBe(200);
});
