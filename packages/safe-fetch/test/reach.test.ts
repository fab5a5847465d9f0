import { safeFetch, type Lookup } from '@tako/safe-fetch';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { describe, expect, test, vi } from 'vitest';

import { allowed, at } from './fetch-answer.js';
import { httpServer, tcpServer } from './loopback-server.js';
import { png } from './picture.js';
import { refusal } from './refusal.js';

describe('the address that was checked is the one that is connected to', () => {
  test('a name that changes its address between the check and the connection has no second chance', async () => {
    await using inside = await httpServer((_request, response) => response.end('secret'));
    await using outside = await httpServer(
      (_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(png),
      inside.port,
      '127.0.0.2',
    );
    const answers = [['127.0.0.2'], ['127.0.0.1']];
    const lookup = vi.fn<Lookup>(async () => answers.shift() ?? []);
    const url = `http://rebinding.example:${inside.port}/`;
    const options = { allowHttp: true, allowCidrs: ['127.0.0.2/32'], lookup };

    await expect(safeFetch(url, options)).resolves.toMatchObject({ contentType: 'image/png' });
    expect(lookup).toHaveBeenCalledTimes(1);
    expect(await refusal(safeFetch(url, options))).toBe('address');
    expect([outside.connections, inside.connections]).toEqual([1, 0]);
  });

  test('a name that changes its address in a redirect to itself is refused', async () => {
    await using server = await httpServer((_request, response) => response.writeHead(302, { location: '/' }).end());
    const answers = [['127.0.0.1'], ['127.0.0.3']];
    const fetching = safeFetch(`http://rebinding.example:${server.port}/`, {
      allowHttp: true,
      allowCidrs: ['127.0.0.1/32'],
      lookup: async () => answers.shift() ?? [],
    });
    expect(await refusal(fetching)).toBe('address');
    expect(server.connections).toBe(1);
  });

  test('where one of several checked addresses is dead, another one is tried', async () => {
    await using server = await httpServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end(png);
    });
    const lookup: Lookup = async () => ['127.0.0.9', '127.0.0.1'];
    const fetching = safeFetch(`http://two.example:${server.port}/`, { ...allowed, lookup });
    await expect(fetching).resolves.toMatchObject({ contentType: 'image/png' });
  });

  test('0.0.0.0 leads to loopback, and is allowed only where loopback is', async () => {
    await using server = await httpServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end(png);
    });
    const url = `http://0.0.0.0:${server.port}/`;
    expect(await refusal(safeFetch(url, { allowHttp: true, allowCidrs: ['0.0.0.0/8'] }))).toBe('address');
    await expect(safeFetch(url, { allowHttp: true, allowCidrs: ['0.0.0.0/8', '127.0.0.0/8'] })).resolves.toBeDefined();
  });
});

describe('lists lift the check of the address, and nothing else', () => {
  const everything = { allowPrivateIps: true, allowHosts: ['127.0.0.1'], allowCidrs: ['0.0.0.0/0', '::/0'] };

  test('scheme, port, user name, type, size, status and redirects are checked all the same', async () => {
    await using server = await httpServer((request, response) => {
      if (request.url === '/away') return response.writeHead(302, { location: 'ftp://127.0.0.1/' }).end();
      if (request.url === '/none') return response.writeHead(404, { 'content-type': 'image/png' }).end(png);
      response.writeHead(200, { 'content-type': request.url === '/text' ? 'text/plain' : 'image/png' }).end(png);
    });
    const outcomes: unknown[] = [];
    for (const [url, options] of [
      [at(server.port), { allowHttp: false }],
      [at(server.port).replace('//', '//user@'), {}],
      ['http://127.0.0.1:22/', {}],
      [at(server.port, '/text'), {}],
      [at(server.port), { maxBytes: 3 }],
      [at(server.port, '/none'), {}],
      [at(server.port, '/away'), {}],
    ] as const) {
      outcomes.push(await refusal(safeFetch(url, { ...everything, allowHttp: true, ...options })));
    }
    expect(outcomes).toEqual(['scheme', 'userinfo', 'port', 'content_type', 'size', 'status', 'scheme']);
  });
});

describe('what is sent', () => {
  test('no credentials, no cookies, no referrer, nothing of the first answer in the second request', async () => {
    const seen: string[][] = [];
    await using server = await httpServer((request, response) => {
      seen.push(Object.keys(request.headers).toSorted());
      response.setHeader('set-cookie', 'session=1; Path=/');
      if (request.url === '/') response.writeHead(302, { location: '/next' }).end();
      else response.writeHead(200, { 'content-type': 'image/png' }).end(png);
    });
    await safeFetch(at(server.port), allowed);
    const names = ['accept', 'accept-encoding', 'connection', 'host', 'user-agent'];
    expect(seen).toEqual([names, names]);
  });

  test('proxies of the environment are not used', async () => {
    await using proxy = await tcpServer((socket) => socket.destroy());
    await using server = await httpServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end(png);
    });
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']) {
      vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`);
    }
    vi.stubEnv('no_proxy', '');
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    try {
      await safeFetch(at(server.port), allowed);
    } finally {
      vi.unstubAllEnvs();
    }
    expect([proxy.connections, server.connections]).toEqual([0, 1]);
  });

  test('a dispatcher that somebody made global is not used', async () => {
    await using server = await httpServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end(png);
    });
    const before = getGlobalDispatcher();
    const agent = new Agent();
    const dispatch = vi.spyOn(agent, 'dispatch');
    setGlobalDispatcher(agent);
    try {
      await safeFetch(at(server.port), allowed);
    } finally {
      setGlobalDispatcher(before);
      await agent.close();
    }
    expect(dispatch).not.toHaveBeenCalled();
  });
});
