import { describe, expect, test } from 'vitest';

import { deferred } from '../../test/deferred.js';
import { loopback } from '../../test/loopback.js';
import type { HttpRequest } from '../platform/http-transport.js';
import { fetchTransport } from './fetch-transport.js';
import { readText } from './read-text.js';

const transport = fetchTransport(globalThis.fetch);
const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  headers: {},
  signal: new AbortController().signal,
  ...more,
});

test('sends method, headers and body, and gives status, headers in lower case, and the body', async () => {
  await using peer = await loopback((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      response.writeHead(418, { 'X-Request-Id': 'req_1', 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ method, url, key: headers['x-key'], body: Buffer.concat(chunks).toString() }));
    });
  });
  for (const body of ['Grüße', new TextEncoder().encode('Grüße')]) {
    const answer = await transport.send(
      get(`${peer.url}/v1?a=b`, { method: 'POST', headers: { 'x-key': 'secret' }, body }),
    );
    expect(answer.status).toBe(418);
    expect(answer.headers).toMatchObject({ 'x-request-id': 'req_1', 'content-type': 'application/json' });
    expect(JSON.parse(await readText(answer.body))).toEqual({
      method: 'POST',
      url: '/v1?a=b',
      key: 'secret',
      body: 'Grüße',
    });
  }
});

test('an answer without a body is an empty one', async () => {
  await using peer = await loopback((_, response) => response.writeHead(204).end());
  const answer = await transport.send(get(peer.url));
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  expect(chunks).toEqual([]);
});

test('the answer is there with its headers, the body as it comes', async () => {
  let more: () => void = () => undefined;
  await using peer = await loopback((_, response) => {
    response.write('first');
    more = () => response.end('second');
  });
  const { body } = await transport.send(get(peer.url));
  const texts: string[] = [];
  for await (const chunk of body) {
    texts.push(new TextDecoder().decode(chunk));
    more();
  }
  expect(texts).toEqual(['first', 'second']);
});

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])('%d is not followed: the credential stays here', async (status) => {
    const visited: string[] = [];
    await using elsewhere = await loopback((request, response) => {
      visited.push(request.url ?? '');
      response.end('stolen');
    });
    await using peer = await loopback((_, response) => {
      response.writeHead(status, { location: `${elsewhere.url}/stolen` }).end();
    });
    const request = get(peer.url, { method: 'POST', headers: { authorization: 'Bearer secret' }, body: '{}' });
    const answer = await transport.send(request);
    expect(answer.status).toBe(status);
    expect(await readText(answer.body)).toBe('');
    expect(visited).toEqual([]);
  });

  test('where the platform hides them, as browsers do, the error says what to do', async () => {
    const opaque = Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' });
    const sending = fetchTransport(() => Promise.resolve(opaque)).send(get('https://acme.example/'));
    await expect(sending).rejects.toMatchObject({ code: 'invalid', retryable: false });
    await expect(sending).rejects.toThrow('redirect');
  });
});

describe('a consumer that leaves', () => {
  test('early closes the connection', async () => {
    const { promise: closed, resolve: close } = deferred<boolean>();
    await using peer = await loopback((_, response) => {
      response.on('close', () => close(response.writableFinished));
      response.write('first');
    });
    const { body } = await transport.send(get(peer.url));
    for await (const chunk of body) {
      expect(new TextDecoder().decode(chunk)).toBe('first');
      break;
    }
    expect(await closed).toBe(false); // closed by us: the server has not ended its answer
  });

  test('with an error of its own closes it as well, and keeps the error', async () => {
    const { promise: closed, resolve: close } = deferred();
    await using peer = await loopback((_, response) => {
      response.on('close', () => close());
      response.write('first');
    });
    const { body } = await transport.send(get(peer.url));
    const reading = (async () => {
      for await (const chunk of body) throw new Error(`cannot read ${chunk.length} bytes`);
    })();
    await expect(reading).rejects.toThrow('cannot read 5 bytes');
    await closed;
  });

  test('at the end keeps the connection for the next call', async () => {
    const ports = new Set<number | undefined>();
    await using peer = await loopback((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('all of it');
    });
    for (let at = 0; at < 20; at++) await readText((await transport.send(get(peer.url))).body);
    // The platform frees a connection a moment after its body's end, and how many take turns is chance on a busy machine. Were
    // they not kept, each call would have its own.
    expect(ports.size).toBeLessThanOrEqual(10);
  });
});

describe('an abort', () => {
  test('before the call: nothing is sent', async () => {
    let asked = 0;
    await using peer = await loopback((_, response) => {
      asked++;
      response.end();
    });
    await expect(transport.send(get(peer.url, { signal: AbortSignal.abort('enough') }))).rejects.toBe('enough');
    expect(asked).toBe(0);
  });

  test('while the server is silent: rejects with the reason, and closes the connection', async () => {
    const reason = new Error('enough');
    const { promise: arrived, resolve: arrive } = deferred();
    const { promise: closed, resolve: close } = deferred();
    await using peer = await loopback((_, response) => {
      response.on('close', () => close());
      arrive();
    });
    const controller = new AbortController();
    const sending = transport.send(get(peer.url, { signal: controller.signal }));
    await arrived;
    controller.abort(reason);
    await expect(sending).rejects.toBe(reason);
    await closed;
  });

  test('in the middle of the body: the reader fails, and the connection is closed', async () => {
    const { promise: closed, resolve: close } = deferred();
    await using peer = await loopback((_, response) => {
      response.on('close', () => close());
      response.write('first');
    });
    const reason = new Error('enough');
    const controller = new AbortController();
    const { body } = await transport.send(get(peer.url, { signal: controller.signal }));
    const reading = (async () => {
      for await (const chunk of body) {
        expect(chunk.length).toBeGreaterThan(0);
        controller.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
    await closed;
  });
});

test('a body that the server cuts off fails while it is read', async () => {
  await using peer = await loopback((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('first', () => response.destroy());
  });
  const { body } = await transport.send(get(peer.url));
  const reading = (async () => {
    for await (const chunk of body) expect(chunk.length).toBeGreaterThan(0);
  })();
  await expect(reading).rejects.toBeInstanceOf(TypeError);
});

test('the server is told nothing that was not asked for', async () => {
  await using peer = await loopback((request, response) => response.end(request.rawHeaders.join('\n').toLowerCase()));
  const headers = await readText((await transport.send(get(peer.url))).body);
  expect(headers).not.toMatch(/tako|cookie|authorization/);
});
