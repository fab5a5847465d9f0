import { readCredential, systemClock, type Provider } from '@tako/core';
import { fetchTransport, httpProvider, invalidOptions, platformEnvironment } from '@tako/core/provider';

import { acmeCorpCapabilities } from './capabilities.js';
import { acmeCorpError } from './errors.js';
import { fromAcmeCorpStream } from './from-acme-corp-stream.js';
import { eventsFromAcmeCorp } from './from-acme-corp.js';
import type { AcmeCorpOptions } from './options.js';
import { toAcmeCorp, type AcmeCorpRequest } from './to-acme-corp.js';

/**
 * A model of AcmeCorp.
 *
 * @throws `invalid` for an empty model. Nothing is read or sent before the first call.
 */
export function acmeCorp(options: AcmeCorpOptions): Provider {
  const {
    model,
    apiKey = '$ENV:ACME_CORP_API_KEY',
    baseUrl = 'https://api.acme-corp.example',
    headers = {},
    timeouts,
    price,
    environment = platformEnvironment(globalThis),
    fetch = (url, init) => globalThis.fetch(url, init),
    transport = fetchTransport(fetch),
    clock = systemClock(globalThis),
  } = options;
  if (typeof model !== 'string' || model === '') throw invalidOptions('acmeCorp', 'model must be the name of a model');
  const id = `acme-corp:${model}`;
  const url = `${baseUrl.replace(/\/+$/, '')}/v1/answers`;
  const ownHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

  return httpProvider<AcmeCorpRequest>({
    id,
    capabilities: { ...acmeCorpCapabilities(model), ...options.capabilities },
    price,
    timeouts,
    clock,
    toVendor: (request, stream) => toAcmeCorp(request, { model, source: id, stream }),
    async send(asked, { signal }) {
      const key = await readCredential(apiKey, 'acmeCorp: apiKey', environment);
      const answer = await transport.send({
        method: 'POST',
        url,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...ownHeaders },
        body: JSON.stringify(asked),
        signal,
      });
      return { answer, secrets: [key] };
    },
    fromStream: fromAcmeCorpStream,
    fromWhole: eventsFromAcmeCorp,
    toStatusError: acmeCorpError,
  });
}
