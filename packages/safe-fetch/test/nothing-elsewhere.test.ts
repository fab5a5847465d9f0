import { safeFetch } from '@tako/safe-fetch';
import { sendsOnlyTo } from '@tako/testing';
import { expect, test } from 'vitest';

import { allowed, at } from './fetch-answer.js';
import { httpServer } from './loopback-server.js';
import { png } from './picture.js';
import { refusal } from './refusal.js';

test('it sends nothing but to the URL, and looks up no name but its own', async () => {
  await using server = await httpServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'image/png' }).end(png);
  });
  await sendsOnlyTo([at(server.port)], () => safeFetch(at(server.port), allowed));
  const byName = `http://localhost:${server.port}/`;
  await sendsOnlyTo([byName], () => safeFetch(byName, { ...allowed, allowCidrs: ['127.0.0.0/8', '::1/128'] }));
});

test('what it refuses gets not a byte', async () => {
  await using inside = await httpServer((_request, response) => response.end('secret'));
  await using server = await httpServer((_request, response) => {
    response.writeHead(302, { location: `http://127.0.0.2:${inside.port}/` }).end();
  });
  await sendsOnlyTo([], async () => {
    expect(await refusal(safeFetch('http://169.254.169.254/latest/meta-data/', { allowHttp: true }))).toBe('address');
  });
  await sendsOnlyTo([at(server.port)], async () => {
    const fetching = safeFetch(at(server.port), { allowHttp: true, allowCidrs: ['127.0.0.1/32'] });
    expect(await refusal(fetching)).toBe('address');
  });
});
