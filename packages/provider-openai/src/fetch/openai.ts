import type { Provider } from '@tako/core';
import { fetchTransport } from '@tako/core/provider';

import { connectionOf } from '../connection.js';
import { openaiProvider } from '../openai-provider.js';
import type { OpenAIFetchOptions } from '../options.js';

/**
 * A model of OpenAI, or of a server that speaks like it, through `fetch` or any `HttpTransport`. The package `openai` is not
 * loaded.
 *
 * ```ts
 * const model = openai({ model: 'gpt-6-luna' });
 * ```
 *
 * @throws `invalid` for an empty model. Nothing is read or sent before the first call.
 */
export function openai(options: OpenAIFetchOptions): Provider {
  const { baseUrl, headers, fetch, readKey } = connectionOf(options);
  const { transport = fetchTransport(fetch) } = options;
  return openaiProvider(options, async ({ path, body }, { signal }) => {
    const key = await readKey();
    const answer = await transport.send({
      method: 'POST',
      url: baseUrl + path,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal,
    });
    return { answer, secrets: [key] };
  });
}
