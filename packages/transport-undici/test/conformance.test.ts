import type { HttpTransport } from '@tako/core';
import { openai } from '@tako/provider-openai/fetch';
import { openAIDialect, providerConformance, type ConformanceCase } from '@tako/testing';
import { certificateAuthority } from '@tako/testing/loopback';
import { undiciTransport } from '@tako/transport-undici';
import { afterAll, describe, expect, test } from 'vitest';

import { underTest as anthropicDoors } from '../../provider-anthropic/test/under-test.js';
import { underTest as azureOpenAIDoors } from '../../provider-azure-openai/test/under-test.js';
import { underTest as httpGenericDoors } from '../../provider-http-generic/test/under-test.js';
import { underTest as mistralDoors } from '../../provider-mistral/test/under-test.js';
import { underTest as ollamaDoors } from '../../provider-ollama/test/under-test.js';
import { underTest as openaiDoors } from '../../provider-openai/test/under-test.js';
import { underTest as vertexDoors } from '../../provider-vertex/test/under-test.js';
import { behind, http2Front, tlsFront } from './fronts.js';
import type { LoopbackServer } from './loopback-server.js';

const ca = certificateAuthority();
const server = ca.server('server.example', '127.0.0.1');
const client = ca.client('tako');

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
  [
    'HTTP/1.1 over TLS with a client certificate',
    behind(tlsFront({ ...server, ca: ca.cert, requestCert: true, rejectUnauthorized: true }), secure, tlsFronts),
  ],
  ['HTTP/2', behind(http2Front(server), second, http2Fronts)],
])('OpenAI over %s', (name, transport) => {
  passes(
    providerConformance({
      name: `openai (${name})`,
      wire: openAIDialect(),
      lacks: { signatures: 'chat completions hand out no opaque state' },
      make: ({ baseUrl, ...options }) => openai({ ...options, transport, baseUrl: `${baseUrl}/v1` }),
    }),
  );
});

const all = [openaiDoors, azureOpenAIDoors, anthropicDoors, vertexDoors, mistralDoors, ollamaDoors, httpGenericDoors];
// A vendor's SDK sends by itself; of two versions of one API, one is enough to show what a transport must do.
const fetchDoors = all.flat().filter(({ name }) => !/SDK| v1 | 2023-06-01 /.test(name));

describe.each(fetchDoors)('$name over HTTP/1.1', (door) => {
  let sent = 0;
  const transport: HttpTransport = {
    send(request) {
      sent++;
      return plain.send(request);
    },
  };
  const cases = providerConformance({
    ...door,
    make(options) {
      // All doors hand their options on as they are: the transport reaches the provider.
      const withTransport = { ...options, transport };
      return door.make(withTransport);
    },
  });
  passes(cases);

  afterAll(() => {
    expect(sent).toBeGreaterThan(cases.length / 2); // else the transport did not reach it
  });
});

function passes(cases: readonly ConformanceCase[]): void {
  // All cases of a door run at once, on as many cores as there are.
  test.concurrent.each(cases)('$name', { timeout: 30_000 }, async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
}
