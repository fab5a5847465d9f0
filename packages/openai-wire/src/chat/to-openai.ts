import type { ChatRequest, ResponseFormat, ToolChoice, ToolSchema, WarningEvent } from '@tako/core';

import { defined } from '../defined.js';
import type { OpenAIChatRequest, OpenAIResponseFormat, OpenAITool, OpenAIToolChoice } from './openai-chat-request.js';
import { isStrictSchema } from './strict-schema.js';
import { toOpenAIMessages } from './to-openai-messages.js';

/** What a body says besides the request. */
export interface ToOpenAIOptions {
  readonly model: string;
  /** Whose `vendorOptions` and `vendorData` are meant. @defaultValue `openai` */
  readonly vendor?: string | undefined;
  /** A provider's id, for errors. @defaultValue `vendor:model` */
  readonly source?: string | undefined;
  /** Ask for a streamed answer, with usage. @defaultValue false */
  readonly stream?: boolean | undefined;
  /** How the server calls the longest answer; older compatible ones know `max_tokens` only. @defaultValue `max_completion_tokens` */
  readonly maxTokensField?: 'max_completion_tokens' | 'max_tokens' | undefined;
}

/** A body, and what had to be said in another way than it was asked. */
export interface OpenAIBody {
  readonly body: OpenAIChatRequest;
  readonly warnings: readonly WarningEvent[];
}

/** From here on OpenAI has a longer cache than the one it uses by itself. */
export const longCacheMs = 3_600_000;

/**
 * Writes a request as a body for chat completions.
 *
 * Reasoning of earlier turns is left out, since the API takes none; a failed tool result begins with `[tool error] `.
 * `vendorOptions` of the vendor are merged last; a field that is undefined there is taken out.
 *
 * Downgrades, each with a warning: `moved_media` (images, files and sound in tool results and assistant messages follow in a
 * user message), `downgraded_response_format` and `downgraded_tool_schema` (a schema that strict mode would refuse is
 * sent without it).
 *
 * @throws `unsupported` for an image or sound of a type that OpenAI does not take.
 */
export function toOpenAI(request: ChatRequest, options: ToOpenAIOptions): OpenAIBody {
  const { model, vendor = 'openai', stream = false, maxTokensField = 'max_completion_tokens' } = options;
  const { source = `${vendor}:${model}` } = options;
  const warnings = new Map<string, WarningEvent>();
  const warn: Warn = (code, message) => warnings.set(code, { type: 'warning', code, message });

  const hasTools = request.tools !== undefined && request.tools.length > 0;
  const body = defined<OpenAIChatRequest>({
    model,
    messages: toOpenAIMessages(request.messages, {
      vendor,
      source,
      onMoved: () => warn('moved_media', 'media outside of user messages was moved to a user message that follows'),
    }),
    tools: hasTools ? request.tools.map((tool) => toTool(tool, warn)) : undefined,
    tool_choice: toToolChoice(request.toolChoice, hasTools),
    parallel_tool_calls: hasTools ? request.parallelToolCalls : undefined,
    response_format: toResponseFormat(request.responseFormat, warn),
    temperature: request.temperature,
    top_p: request.topP,
    [maxTokensField]: request.maxOutputTokens,
    stop: request.stop === undefined ? undefined : [...request.stop],
    seed: request.seed,
    reasoning_effort: request.reasoning?.effort,
    metadata: request.metadata,
    prompt_cache_key: request.cache?.key,
    prompt_cache_retention: (request.cache?.ttlMs ?? 0) >= longCacheMs ? '24h' : undefined,
    stream: stream ? true : undefined,
    stream_options: stream ? { include_usage: true } : undefined,
  });
  return { body: { ...body, ...request.vendorOptions?.[vendor] }, warnings: [...warnings.values()] };
}

type OpenAIJsonSchema = Extract<OpenAIResponseFormat, { type: 'json_schema' }>['json_schema'];
type Warn = (code: string, message: string) => void;

function toTool({ name, description, inputSchema, strict }: ToolSchema, warn: Warn): OpenAITool {
  const isStrict = strict === true && isStrictSchema(inputSchema);
  if (strict === true && !isStrict) {
    warn('downgraded_tool_schema', 'the schema of a tool is outside of strict mode, and is sent without it');
  }
  return {
    type: 'function',
    function: defined<OpenAITool['function']>({
      name,
      description,
      parameters: inputSchema,
      strict: isStrict ? true : strict === false ? false : undefined,
    }),
  };
}

/** Without tools OpenAI refuses the field; `auto` and `none` say nothing then. */
function toToolChoice(choice: ToolChoice | undefined, hasTools: boolean): OpenAIToolChoice | undefined {
  if (typeof choice === 'object') return { type: 'function', function: { name: choice.name } };
  return hasTools || choice === 'required' ? choice : undefined;
}

function toResponseFormat(format: ResponseFormat | undefined, warn: Warn): OpenAIResponseFormat | undefined {
  if (format === undefined || format.type === 'text') return format;
  if (format.type === 'json') return { type: 'json_object' };
  const { name, schema, description } = format;
  const strict = format.strict !== false && isStrictSchema(schema);
  if (format.strict !== false && !strict) {
    warn('downgraded_response_format', 'the schema is outside of strict mode, and is sent as a hint');
  }
  return { type: 'json_schema', json_schema: defined<OpenAIJsonSchema>({ name, schema, description, strict }) };
}
