import type { Capabilities, ChatRequest, JsonObject, ToolChoice, ToolSchema, WarningEvent } from '@tako/core';
import { unsupported } from '@tako/core/provider';

import type { AnthropicRequest, AnthropicTool, AnthropicToolChoice } from './anthropic-request.js';
import { withCachePoints } from './cache-points.js';
import { familyOf } from './families.js';
import type { AnthropicModelOptions } from './options.js';
import { forcesTool, toAnthropicThinking } from './thinking.js';
import { toAnthropicMessages, toTexts } from './to-anthropic-messages.js';
import { toAnthropicSchema } from './to-anthropic-schema.js';
import { vendor } from './vendor-state.js';

/** What a body says besides the request. */
export interface ToAnthropicOptions extends Required<Pick<AnthropicModelOptions, 'model'>> {
  /** A provider's id, for errors. */
  readonly source: string;
  readonly capabilities: Capabilities;
  readonly apiVersion: string;
  readonly defaultMaxOutputTokens: number;
  /** Ask for a streamed answer. */
  readonly stream: boolean;
}

/** A body, and what had to be said in another way than it was asked. */
export interface AnthropicBody {
  readonly body: AnthropicRequest;
  readonly warnings: readonly WarningEvent[];
}

type Warn = (code: string, message: string) => void;

/**
 * Writes a request as a body for `POST /v1/messages`. All system texts stand in `system`, in order. `vendorOptions.anthropic` is
 * merged last; `output_config` of it is laid over ours field by field.
 *
 * Downgrades, each with a warning: `ignored_seed`, `ignored_temperature` and `ignored_top_p` (the model or the version of the API has
 * none), `ignored_metadata` (all but `user_id`), `ignored_cache`, `ignored_cache_key`, `downgraded_reasoning`, `downgraded_arguments`,
 * `downgraded_response_format` (`json` is asked for in words; constraints of a schema that the vendor does not know),
 * `downgraded_tool_schema` (the same, of a strict tool).
 *
 * @throws `unsupported` for what the vendor cannot express: see `toAnthropicMedia`; a call that must be, of a model that takes no
 *   such order.
 */
export function toAnthropic(request: ChatRequest, options: ToAnthropicOptions): AnthropicBody {
  const { model, source } = options;
  const warnings = new Map<string, WarningEvent>();
  const warn: Warn = (code, message) => warnings.set(code, { type: 'warning', code, message });
  if (forcesTool(request) && familyOf(model)?.takesForcedTools === false) {
    throw unsupported(source, 'a toolChoice that forces a call; leave it "auto" and say in the prompt when to call');
  }
  const { maxTokens, thinking, effort, downgrade } = toAnthropicThinking(request, options);
  if (downgrade !== undefined) warn('downgraded_reasoning', downgrade);
  const { tools = [], stop = [], cache } = request;
  const format = toFormat(request, warn);
  const system = toTexts([
    ...request.messages.flatMap((each) => (each.role === 'system' ? each.content : [])),
    ...(request.responseFormat?.type === 'json' ? [{ text: 'Answer with one JSON object and nothing else.' }] : []),
  ]);
  const body: AnthropicRequest = {
    model,
    max_tokens: maxTokens,
    system: system.length > 0 ? system : undefined,
    messages: toAnthropicMessages(request.messages, { source, warn }),
    tools: tools.length > 0 ? tools.map((tool) => toTool(tool, warn)) : undefined,
    tool_choice: tools.length > 0 ? toToolChoice(request.toolChoice, request.parallelToolCalls) : undefined,
    thinking,
    output_config: effort === undefined && format === undefined ? undefined : { effort, format },
    stop_sequences: stop.length > 0 ? [...stop] : undefined,
    ...toSampling(request, options, thinking, warn),
    metadata: toMetadata(request.metadata, warn),
    stream: options.stream ? true : undefined,
  };
  if (request.seed !== undefined) warn('ignored_seed', 'Anthropic has no seed');
  const cached = toCached(body, cache, options, warn);
  return { body: merged(cached, request.vendorOptions?.[vendor]), warnings: [...warnings.values()] };
}

function toCached(
  body: AnthropicRequest,
  cache: ChatRequest['cache'],
  { capabilities }: ToAnthropicOptions,
  warn: Warn,
): AnthropicRequest {
  if (cache === undefined) return body;
  if (cache.key !== undefined) warn('ignored_cache_key', 'Anthropic takes no key for the cache');
  if (capabilities.promptCache !== 'no') return withCachePoints(body, cache);
  warn('ignored_cache', 'the model has no prompt cache');
  return body;
}

/** Laid over the body; `output_config` one level deep, so that an effort does not take a schema away. */
function merged(body: AnthropicRequest, over: JsonObject = {}): AnthropicRequest {
  const result: { [field: string]: unknown } = { ...body };
  for (const [field, value] of Object.entries(over)) {
    result[field] = field === 'output_config' ? { ...body.output_config, ...Object(value) } : value;
  }
  return result as unknown as AnthropicRequest; // what the user lays over it is the user's affair
}

function toFormat(
  { responseFormat }: ChatRequest,
  warn: Warn,
): NonNullable<AnthropicRequest['output_config']>['format'] {
  if (responseFormat?.type === 'json') {
    warn('downgraded_response_format', 'Anthropic has no JSON without a schema: it is asked for in words');
  }
  if (responseFormat?.type !== 'json_schema') return undefined;
  const { schema, lost } = toAnthropicSchema(responseFormat.schema);
  const { description } = responseFormat;
  if (lost.length > 0) {
    warn('downgraded_response_format', `of the schema of the answer, ${lost.join(', ')} is told in words at most`);
  }
  return { type: 'json_schema', schema: description === undefined ? schema : { description, ...schema } };
}

function toTool({ name, description, inputSchema, strict }: ToolSchema, warn: Warn): AnthropicTool {
  if (strict !== true) return { name, description, input_schema: { ...inputSchema, type: 'object' } };
  const { schema, lost } = toAnthropicSchema(inputSchema);
  if (lost.length > 0) {
    warn('downgraded_tool_schema', `of the schemas of strict tools, ${lost.join(', ')} is told in words at most`);
  }
  return { name, description, input_schema: { ...schema, type: 'object' }, strict };
}

/** Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/parallel-tool-use (read 2026-11-23). */
function toToolChoice(choice: ToolChoice | undefined, parallel: boolean | undefined): AnthropicToolChoice | undefined {
  if (choice === 'none') return { type: 'none' };
  const alone = parallel === undefined ? {} : { disable_parallel_tool_use: !parallel };
  if (typeof choice === 'object') return { type: 'tool', name: choice.name, ...alone };
  if (choice === 'required') return { type: 'any', ...alone };
  return choice === undefined && parallel === undefined ? undefined : { type: 'auto', ...alone };
}

/**
 * Sources: https://platform.claude.com/docs/en/api/migration-2026-10-21; that of the two models take one only, in
 * https://platform.claude.com/docs/en/models/haiku-4-5/migration-guide (both read 2026-11-23).
 */
function toSampling(
  { temperature, topP }: ChatRequest,
  { model, apiVersion }: ToAnthropicOptions,
  thinking: AnthropicRequest['thinking'],
  warn: Warn,
): Pick<AnthropicRequest, 'temperature' | 'top_p'> {
  const family = familyOf(model);
  const thinks = thinking?.type === 'adaptive' || thinking?.type === 'enabled';
  const takesAny = apiVersion < '2026-10-21' && family?.takesSampling !== false;
  const takesBoth = family === undefined;
  const why = takesAny ? 'while it thinks' : `in the API's version ${apiVersion}`;
  if (!takesAny || thinks) {
    if (temperature !== undefined) warn('ignored_temperature', `${model} takes none ${why}`);
    if (topP !== undefined) warn('ignored_top_p', `${model} takes none ${why}`);
    return {};
  }
  if (takesBoth || temperature === undefined) return { temperature, top_p: topP };
  if (topP !== undefined) warn('ignored_top_p', `${model} takes none beside a temperature`);
  return { temperature };
}

function toMetadata(metadata: ChatRequest['metadata'], warn: Warn): AnthropicRequest['metadata'] {
  if (metadata === undefined) return undefined;
  const { user_id: userId, ...others } = metadata;
  if (Object.keys(others).length > 0) warn('ignored_metadata', 'Anthropic takes user_id alone');
  return userId === undefined ? undefined : { user_id: userId };
}
