import { CONTRACT, readCredential, systemClock, type Capabilities, type Provider } from '@tako/core';
import {
  fetchTransport,
  invalidOptions,
  modelStream,
  requireSupport,
  transportError,
  type ChatEvent,
  type ChatRequest,
  type OpenedCall,
} from '@tako/core/provider';

import { acmeCorpError } from './errors.js';
import { fromAcmeCorpStream } from './from-acme-corp-stream.js';
import type { AcmeCorpOptions } from './options.js';
import { toAcmeCorp } from './to-acme-corp.js';

/** What the models of the vendor can do. Source: https://docs.acme-corp.example/models (read on …). */
const defaultCapabilities: Capabilities = {
  streaming: 'yes',
  tools: 'no',
  parallelTools: 'no',
  toolChoice: 'no',
  structuredOutput: 'no',
  structuredOutputWithTools: 'no',
  vision: 'no',
  imageUrls: 'no',
  files: 'no',
  audio: 'no',
  reasoningEfforts: [],
  promptCache: 'unknown',
};

/**
 * A model of AcmeCorp.
 *
 * @throws `invalid` when an option is wrong. Nothing is sent, and no key is read, before the first call.
 */
export function acmeCorp(options: AcmeCorpOptions): Provider {
  const {
    model,
    apiKey,
    baseUrl = 'https://api.acme-corp.example',
    timeouts,
    price,
    transport = fetchTransport((url, init) => fetch(url, init)),
    clock = systemClock(globalThis),
  } = options;
  if (model === '') throw invalidOptions('acmeCorp', 'model must not be empty');
  const id = `acme-corp:${model}`;
  const capabilities = { ...defaultCapabilities, ...options.capabilities };

  async function* open(request: ChatRequest, { signal, connected }: OpenedCall): AsyncGenerator<ChatEvent> {
    requireSupport(request, capabilities, id);
    const body = toAcmeCorp(request, model, id);
    const key = await readCredential(apiKey, 'acmeCorp: apiKey');
    const answer = await transport.send({
      method: 'POST',
      url: `${baseUrl}/v1/chat`,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
    connected();
    if (answer.status !== 200) throw await acmeCorpError(answer, { source: id, request, key, nowMs: clock.now() });
    yield { type: 'start', requestId: answer.headers['x-request-id'], model };
    yield* fromAcmeCorpStream(answer.body);
  }

  return {
    contract: CONTRACT,
    id,
    capabilities,
    price,
    stream: (request, call) =>
      modelStream({
        call,
        source: id,
        clock,
        timeouts,
        open: (opened) => open(request, opened),
        toError: (error) => transportError(error, id),
      }),
  };
}
