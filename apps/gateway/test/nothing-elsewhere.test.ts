import { createServer } from 'node:http';
import { once } from 'node:events';

import { sendsOnlyTo } from '@tako/testing';
import { expect, onTestFinished, test } from 'vitest';

import { startGateway } from '../src/gateway.js';
import { RunLog } from '../src/status/run-log.js';

const token = 'a-token-of-thirty-two-characters';

test('it sends nothing but to the providers of its config', async () => {
  const vendor = createServer((request, response) => {
    request.resume();
    response.writeHead(500).end();
  }).listen(0, '127.0.0.1');
  await once(vendor, 'listening');
  onTestFinished(() => {
    vendor.close().closeAllConnections();
  });
  const address = vendor.address();
  const baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1`;

  let url = '';
  await sendsOnlyTo([], async () => {
    const gateway = await startGateway(
      {
        server: { port: 0 },
        auth: { chain: [{ type: 'tokens', tokens: [{ token, tenant: 'acme', user: 'ada' }] }] },
        providers: { mine: { vendor: 'openai', model: 'm', apiKey: 'k', baseUrl } },
        models: { plain: { type: 'provider', provider: 'mine' } },
      },
      {
        environment: process.env,
        runs: new RunLog(),
        nodeVersion: 'v24.22.1',
        note: () => undefined,
        log: () => undefined,
      },
    );
    onTestFinished(() => gateway.close());
    ({ url } = gateway);
  });
  await sendsOnlyTo([url, baseUrl], async () => {
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'plain', messages: [{ role: 'user', content: 'hello' }] }),
    });
    expect(answer.ok).toBe(false);
  });
});
