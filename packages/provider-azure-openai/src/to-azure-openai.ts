import type { ChatRequest } from '@tako/core';
import { toOpenAI, type OpenAIBody } from '@tako/openai-wire';

/** What a body says besides the request. */
export interface ToAzureOpenAIOptions {
  readonly deployment: string;
  /** The provider's id, for errors. */
  readonly source: string;
  readonly stream: boolean;
  /** Absent where it is not known: a client that was handed in has its own. */
  readonly apiVersion: string | undefined;
  readonly maxTokensField: 'max_completion_tokens' | 'max_tokens' | undefined;
}

/**
 * The version that brought `max_completion_tokens` and `stream_options`.
 *
 * Source: https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle (read 2026-11-23).
 */
const newFieldsSince = '2024-09-01';

/**
 * Writes a request as Azure takes it. `vendorOptions['azure-openai']` is merged into the body last, `data_sources` of
 * "On Your Data" for instance. Downgrades are those of `toOpenAI` in `@tako/openai-wire`.
 *
 * A stream is asked for its usage, save where Azure refuses to be asked: before 2024-09-01, and with `data_sources`.
 * Source: https://github.com/Azure/azure-sdk-for-js/issues/30751 (read 2026-11-23).
 *
 * @throws as `toOpenAI`.
 */
export function toAzureOpenAI(request: ChatRequest, options: ToAzureOpenAIOptions): OpenAIBody {
  const { deployment, source, stream, apiVersion = '', maxTokensField } = options;
  const isOld = /^\d/.test(apiVersion) && apiVersion < newFieldsSince;
  const { body, warnings } = toOpenAI(request, {
    model: deployment,
    vendor: 'azure-openai',
    source,
    stream,
    maxTokensField: maxTokensField ?? (isOld ? 'max_tokens' : 'max_completion_tokens'),
  });
  const wanted = request.vendorOptions?.['azure-openai'];
  if ((!isOld && wanted?.['data_sources'] === undefined) || wanted?.['stream_options'] !== undefined) {
    return { body, warnings };
  }
  const { stream_options: _, ...rest } = body;
  return { body: rest, warnings };
}
