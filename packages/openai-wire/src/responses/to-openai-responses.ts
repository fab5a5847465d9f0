import type { ChatRequest, ResponseFormat, ToolSchema, WarningEvent } from '@tako/core';
import { unsupported } from '@tako/core/provider';

import { isStrictSchema } from '../chat/strict-schema.js';
import { longCacheMs, type ToOpenAIOptions } from '../chat/to-openai.js';
import { defined } from '../defined.js';
import type { OpenAIResponsesFormat, OpenAIResponsesRequest, OpenAIResponsesTool } from './openai-responses-request.js';
import { toOpenAIItems } from './to-openai-items.js';

/** What a body says besides the request. */
export interface ToOpenAIResponsesOptions extends Omit<ToOpenAIOptions, 'maxTokensField'> {
  /**
   * Ask for the model's reasoning in encrypted form, so that the next request can hand it back. Models that do not reason
   * refuse the question. @defaultValue false
   */
  readonly encryptedReasoning?: boolean | undefined;
}

/** A body, and what had to be said in another way than it was asked. */
export interface OpenAIResponsesBody {
  readonly body: OpenAIResponsesRequest;
  readonly warnings: readonly WarningEvent[];
}

/**
 * Writes a request as a body for the Responses API. The whole conversation travels with each request and OpenAI stores
 * nothing (`store: false`); `vendorOptions` of the vendor are merged last.
 *
 * Downgrades, each with a warning: those of `toOpenAI`, but media in tool results stay where they are; `ignored_seed` (the
 * API has no seed).
 *
 * @throws `unsupported` for `stop`, for sound, and for an image of a type that OpenAI does not take.
 */
export function toOpenAIResponses(request: ChatRequest, options: ToOpenAIResponsesOptions): OpenAIResponsesBody {
  const { model, vendor = 'openai', stream = false, encryptedReasoning = false } = options;
  const { source = `${vendor}:${model}` } = options;
  const warnings = new Map<string, WarningEvent>();
  const warn = (code: string, message: string): void => {
    warnings.set(code, { type: 'warning', code, message });
  };
  if (request.stop !== undefined && request.stop.length > 0) throw unsupported(source, 'stop over the Responses API');
  if (request.seed !== undefined) warn('ignored_seed', 'the Responses API has no seed');

  const hasTools = request.tools !== undefined && request.tools.length > 0;
  const choice = request.toolChoice;
  const onMoved = (): void =>
    warn('moved_media', 'media of an assistant message was moved to a user message that follows');
  const body = defined<OpenAIResponsesRequest>({
    model,
    input: toOpenAIItems(request.messages, { vendor, source, onMoved }),
    tools: hasTools ? request.tools.map((tool) => toTool(tool, warn)) : undefined,
    tool_choice:
      typeof choice === 'object'
        ? { type: 'function', name: choice.name }
        : hasTools || choice === 'required'
          ? choice
          : undefined,
    parallel_tool_calls: hasTools ? request.parallelToolCalls : undefined,
    text: request.responseFormat === undefined ? undefined : { format: toFormat(request.responseFormat, warn) },
    reasoning: request.reasoning === undefined ? undefined : { effort: request.reasoning.effort },
    include: encryptedReasoning ? ['reasoning.encrypted_content'] : undefined,
    store: false,
    temperature: request.temperature,
    top_p: request.topP,
    max_output_tokens: request.maxOutputTokens,
    metadata: request.metadata,
    prompt_cache_key: request.cache?.key,
    prompt_cache_retention: (request.cache?.ttlMs ?? 0) >= longCacheMs ? '24h' : undefined,
    stream: stream ? true : undefined,
  });
  return { body: { ...body, ...request.vendorOptions?.[vendor] }, warnings: [...warnings.values()] };
}

type Warn = (code: string, message: string) => void;

/** Here OpenAI's default for `strict` is true: it is always said. */
function toTool({ name, description, inputSchema, strict }: ToolSchema, warn: Warn): OpenAIResponsesTool {
  const isStrict = strict === true && isStrictSchema(inputSchema);
  if (strict === true && !isStrict) {
    warn('downgraded_tool_schema', 'the schema of a tool is outside of strict mode, and is sent without it');
  }
  return defined<OpenAIResponsesTool>({
    type: 'function',
    name,
    description,
    parameters: inputSchema,
    strict: isStrict,
  });
}

function toFormat(format: ResponseFormat, warn: Warn): OpenAIResponsesFormat {
  if (format.type === 'text') return format;
  if (format.type === 'json') return { type: 'json_object' };
  const { name, schema, description } = format;
  const strict = format.strict !== false && isStrictSchema(schema);
  if (format.strict !== false && !strict) {
    warn('downgraded_response_format', 'the schema is outside of strict mode, and is sent as a hint');
  }
  return defined<Extract<OpenAIResponsesFormat, { type: 'json_schema' }>>({
    type: 'json_schema',
    name,
    schema,
    description,
    strict,
  });
}
