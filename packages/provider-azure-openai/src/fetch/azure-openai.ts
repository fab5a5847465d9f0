import type { Provider } from '@tako/core';
import { fetchTransport } from '@tako/core/provider';

import { azureOpenAIProvider } from '../azure-openai-provider.js';
import { connectionOf } from '../connection.js';
import type { AzureOpenAIFetchOptions } from '../options.js';

/**
 * A deployment on Azure OpenAI, through `fetch` or any `HttpTransport`. The package `openai` is not loaded.
 *
 * ```ts
 * const model = azureOpenAI({ deployment: 'my-gpt', endpoint: 'https://my-resource.openai.azure.com', model: 'gpt-5-mini' });
 * ```
 *
 * @throws `invalid` for a deployment, endpoint or API version that cannot be right. Nothing is read or sent before the
 *   first call.
 */
export function azureOpenAI(options: AzureOpenAIFetchOptions): Provider {
  const provider = azureOpenAIProvider(options, options.apiVersion);
  const { baseUrl, apiVersion, headers, fetch, authorize } = connectionOf(options.deployment, options);
  const { transport = fetchTransport(fetch) } = options;
  const query = apiVersion === undefined ? '' : `?api-version=${apiVersion}`;
  return provider(async (body, { signal }) => {
    const authorization = await authorize();
    const answer = await transport.send({
      method: 'POST',
      url: `${baseUrl}/chat/completions${query}`,
      headers: { ...authorization.headers, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal,
    });
    return { answer, secrets: [authorization.secret] };
  });
}
