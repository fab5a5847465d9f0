import { sendsOnlyTo } from '@tako/testing';
import { test } from 'vitest';

import { undiciTransport } from '../src/index.js';
import { httpServer } from './loopback-server.js';
import { request, text } from './sending.js';

test('it sends nothing but to the address of a request', async () => {
  await using server = await httpServer((_incoming, response) => response.end('x'));
  await using redirecting = await httpServer((_incoming, response) => {
    response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end();
  });
  await sendsOnlyTo([`127.0.0.1:${server.port}`, `127.0.0.1:${redirecting.port}`], async () => {
    await using transport = undiciTransport();
    for (const { port } of [server, redirecting]) await text(await transport.send(request(port)));
  });
});

test('with a proxy it sends nothing but to the proxy', async () => {
  await using proxy = await httpServer((_incoming, response) => response.writeHead(502).end());
  const url = `http://127.0.0.1:${proxy.port}`;
  await sendsOnlyTo([url], async () => {
    await using transport = undiciTransport({ proxy: url });
    await text(await transport.send({ ...request(80), url: 'http://vendor.invalid/' }));
  });
});
