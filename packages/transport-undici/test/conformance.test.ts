import { openai } from '@tako/provider-openai/fetch';
import { openAIDialect, providerConformance } from '@tako/testing';
import { undiciTransport } from '@tako/transport-undici';
import { afterAll, describe, expect, test } from 'vitest';

import { authority } from './certificate.js';
import { behind, http2Front, tlsFront } from './fronts.js';
import type { LoopbackServer } from './loopback-server.js';

const ca = await authority();
const server = await ca.server();
const client = await ca.client('tako');

const plain = undiciTransport();
const secure = undiciTransport({ ca: ca.cert, clientCert: client.cert, clientKey: client.key });
const second = undiciTransport({ ca: ca.cert, http2: true });
const tlsFronts = new Map<string, Promise<LoopbackServer>>();
const http2Fronts = new Map<string, Promise<LoopbackServer>>();

afterAll(async () => {
  await Promise.all([plain, secure, second].map((transport) => transport.close()));
  const fronts = [...tlsFronts.values(), ...http2Fronts.values()];
  await Promise.all(fronts.map(async (front) => (await front)[Symbol.asyncDispose]()));
});

describe.each([
  ['HTTP/1.1', plain],
  [
    'HTTP/1.1 over TLS with a client certificate',
    behind(tlsFront({ ...server, ca: ca.cert, requestCert: true, rejectUnauthorized: true }), secure, tlsFronts),
  ],
  ['HTTP/2', behind(http2Front(server), second, http2Fronts)],
])('OpenAI over %s', (name, transport) => {
  const cases = providerConformance({
    name: `openai (${name})`,
    wire: openAIDialect(),
    lacks: { signatures: 'chat completions hand out no opaque state' },
    make: ({ baseUrl, ...options }) => openai({ ...options, transport, baseUrl: `${baseUrl}/v1` }),
  });
  test.concurrent.each(cases)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
