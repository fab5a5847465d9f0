import type { RequestListener } from 'node:http';
import type { TLSSocket } from 'node:tls';

import { safeFetch, type Lookup } from '@tako/safe-fetch';
import { certificateAuthority } from '@tako/testing/loopback';
import { expect, test, vi } from 'vitest';

import { httpServer, httpsServer } from './loopback-server.js';
import { png } from './picture.js';
import { refusal } from './refusal.js';

const lookup: Lookup = async () => ['127.0.0.1'];

test('the name goes into TLS and into the host header, whatever address is connected to', async () => {
  const authority = certificateAuthority();
  const seen: unknown[] = [];
  await using server = await httpsServer((request, response) => {
    const { servername } = request.socket as TLSSocket; // of an HTTPS server
    seen.push([servername, request.headers.host, request.httpVersion]);
    response.writeHead(200, { 'content-type': 'image/png' }).end(png);
  }, authority.server('pictures.example'));
  for (const host of ['pictures.example', 'PICTURES.example.', 'ｐictures.example']) {
    await safeFetch(`https://${host}:${server.port}/`, {
      ca: authority.cert,
      allowHosts: ['pictures.example'],
      lookup,
    });
  }
  const one = ['pictures.example', `pictures.example:${server.port}`, '1.1'];
  expect(seen).toEqual([one, one, one]);
});

test('an address can have a certificate too', async () => {
  const authority = certificateAuthority();
  await using server = await httpsServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'image/png' }).end(png);
  }, authority.server('127.0.0.1'));
  const fetching = safeFetch(`https://127.0.0.1:${server.port}/`, {
    ca: [authority.cert],
    allowCidrs: ['127.0.0.1/32'],
  });
  await expect(fetching).resolves.toMatchObject({ contentType: 'image/png' });
});

test('a certificate of somebody unknown, or of another name, is refused, whatever the environment says', async () => {
  const authority = certificateAuthority();
  const stranger = certificateAuthority();
  const answered = vi.fn<RequestListener>();
  await using server = await httpsServer(answered, authority.server('pictures.example'));
  const url = `https://pictures.example:${server.port}/`;
  const allowHosts = ['pictures.example', 'other.example'];
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  try {
    expect(await refusal(safeFetch(url, { allowHosts, lookup }))).toBe('connection');
    expect(await refusal(safeFetch(url, { allowHosts, lookup, ca: stranger.cert }))).toBe('connection');
    const other = url.replace('pictures', 'other');
    expect(await refusal(safeFetch(other, { allowHosts, lookup, ca: authority.cert }))).toBe('connection');
  } finally {
    vi.unstubAllEnvs();
  }
  expect(answered).not.toHaveBeenCalled();
});

test('https where a server speaks http is refused', async () => {
  const answered = vi.fn<RequestListener>();
  await using server = await httpServer(answered);
  const fetching = safeFetch(`https://127.0.0.1:${server.port}/`, { allowPrivateIps: true });
  expect(await refusal(fetching)).toBe('connection');
  expect(answered).not.toHaveBeenCalled();
});

test('a redirect from https to http is refused even where http is allowed; the other way is fine', async () => {
  const authority = certificateAuthority();
  const answered = vi.fn<() => void>();
  await using secure = await httpsServer((request, response) => {
    if (request.url === '/down') return response.writeHead(302, { location: `http://127.0.0.1:${plain.port}/` }).end();
    response.writeHead(200, { 'content-type': 'image/png' }).end(png);
  }, authority.server('127.0.0.1'));
  await using plain = await httpServer((_request, response) => {
    answered();
    response.writeHead(302, { location: `https://127.0.0.1:${secure.port}/` }).end();
  });
  const options = { ca: authority.cert, allowPrivateIps: true, allowHttp: true };
  expect(await refusal(safeFetch(`https://127.0.0.1:${secure.port}/down`, options))).toBe('redirect');
  expect(answered).not.toHaveBeenCalled();
  await expect(safeFetch(`http://127.0.0.1:${plain.port}/`, options)).resolves.toMatchObject({
    url: `https://127.0.0.1:${secure.port}/`,
  });
});
