import type { Provider } from '@tako/core';
import { fetchTransport } from '@tako/core/provider';

import { anthropicProvider } from '../anthropic-provider.js';
import { connectionOf } from '../connection.js';
import type { AnthropicFetchOptions } from '../options.js';

/**
 * A model of Anthropic, or of a server that speaks like it, through `fetch` or any `HttpTransport`. The package
 * `@anthropic-ai/sdk` is not loaded.
 *
 * ```ts
 * const model = anthropic({ model: 'claude-sonnet-5-5' });
 * ```
 *
 * @throws `invalid` for an empty model, a `defaultMaxOutputTokens` that is no whole number above 0, an `apiVersion` that is no date.
 *   Nothing is read or sent before the first call.
 */
export function anthropic(options: AnthropicFetchOptions): Provider {
  const { baseUrl, headers: own, fetch, readKey } = connectionOf(options);
  const { transport = fetchTransport(fetch) } = options;
  return anthropicProvider(options, async ({ body, headers }, { signal }) => {
    const key = await readKey();
    const answer = await transport.send({
      method: 'POST',
      url: `${baseUrl}/v1/messages`,
      headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers, ...own },
      body: JSON.stringify(body),
      signal,
    });
    return { answer, secrets: [key] };
  });
}
