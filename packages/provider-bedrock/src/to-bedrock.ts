import type { CachePointBlock, ConverseStreamCommandInput } from '@aws-sdk/client-bedrock-runtime';
import type { Capabilities, ChatRequest, JsonObject, ResponseFormat, WarningEvent } from '@tako/core';

import { modelTraits, type ModelTraits } from './capabilities.js';
import type { BedrockModelOptions } from './options.js';
import { toBedrockReasoning, type BedrockReasoning } from './reasoning.js';
import { toBedrockMessages } from './to-bedrock-messages.js';
import { toToolConfig, type Warn } from './to-bedrock-tools.js';

/** What a body says besides the request. */
export interface ToBedrockOptions {
  readonly model: string;
  /** A provider's id, for errors. */
  readonly source: string;
  readonly capabilities: Capabilities;
  /** Ask for a streamed answer. */
  readonly stream: boolean;
  readonly guardrail?: BedrockModelOptions['guardrail'];
  readonly latency?: BedrockModelOptions['latency'];
  readonly serviceTier?: BedrockModelOptions['serviceTier'];
}

/** A request of Converse's, and what had to be said in another way than it was asked. */
export interface BedrockRequest {
  readonly input: ConverseStreamCommandInput;
  readonly warnings: readonly WarningEvent[];
}

/**
 * Writes a request for Converse and ConverseStream.
 *
 * Of `vendorOptions.bedrock`, fields that Converse has itself (`inferenceConfig`, `serviceTier`, `promptVariables` and so on)
 * are merged into its own last; all others go to the model as `additionalModelRequestFields`.
 *
 * Downgrades, each with a warning: `ignored_seed`, `ignored_parallel_tool_calls`, `ignored_tool_choice`, `added_tools`,
 * `ignored_cache`, `ignored_cache_key`, `downgraded_response_format` (`json` is asked for in words),
 * `downgraded_reasoning`, and `ignored_sampling` for what a model refuses while it thinks.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html (read 2026-11-23).
 *
 * @throws `unsupported` for what Converse cannot express.
 */
export function toBedrock(request: ChatRequest, options: ToBedrockOptions): BedrockRequest {
  const { model, source, capabilities } = options;
  const warnings = new Map<string, WarningEvent>();
  const warn: Warn = (code, message) => warnings.set(code, { type: 'warning', code, message });
  const traits = modelTraits(model);

  const reasoning = toBedrockReasoning(request, traits);
  const { downgradedTo } = reasoning;
  if (downgradedTo !== undefined) warn('downgraded_reasoning', `the reasoning effort is ${downgradedTo}`);
  const { system, messages } = toBedrockMessages(request.messages, { source, hasResultStatus: traits.hasResultStatus });
  const toolConfig = toToolConfig(request, source, warn);
  const textFormat = toTextFormat(request.responseFormat, warn);
  if (request.responseFormat?.type === 'json') system.push({ text: 'Answer with one JSON object and nothing else.' });
  warnOfIgnored(request, warn);

  const input = withoutEmpty({
    modelId: model,
    messages,
    system,
    toolConfig,
    inferenceConfig: withoutEmpty(toInferenceConfig(request, reasoning.without, warn)),
    outputConfig: withoutEmpty({ textFormat, effort: reasoning.effort }),
    additionalModelRequestFields: withoutEmpty(reasoning.fields),
    guardrailConfig: toGuardrailConfig(options),
    performanceConfig: options.latency && { latency: options.latency },
    serviceTier: options.serviceTier && { type: options.serviceTier },
    requestMetadata: request.metadata && { ...request.metadata },
  }) as unknown as ConverseStreamCommandInput; // its fields, without those that are empty
  addCachePoints(input, request, capabilities, traits, warn);
  return { input: withVendorOptions(input, request.vendorOptions?.['bedrock']), warnings: [...warnings.values()] };
}

type Fields = { readonly [name: string]: unknown };

function toInferenceConfig(request: ChatRequest, without: BedrockReasoning['without'], warn: Warn): Fields {
  const { maxOutputTokens: maxTokens, temperature, topP, stop } = request;
  const config: { [name: string]: unknown } = { maxTokens, temperature, topP, stopSequences: stop && [...stop] };
  for (const name of without) {
    if (config[name] !== undefined) warn('ignored_sampling', `the model takes no ${name} while it thinks so hard`);
    delete config[name];
  }
  return config;
}

function toTextFormat(format: ResponseFormat | undefined, warn: Warn): object | undefined {
  if (format?.type === 'json') {
    warn('downgraded_response_format', 'Converse has no JSON without a schema');
  }
  if (format?.type !== 'json_schema') return undefined;
  const { name, description } = format;
  const jsonSchema = withoutEmpty({ schema: JSON.stringify(format.schema), name, description });
  return { type: 'json_schema', structure: { jsonSchema } };
}

function warnOfIgnored({ seed, parallelToolCalls, tools = [] }: ChatRequest, warn: Warn): void {
  if (seed !== undefined) warn('ignored_seed', 'Converse has no seed');
  if (parallelToolCalls === false && tools.length > 0) {
    warn('ignored_parallel_tool_calls', 'Converse cannot hold a model to one tool call');
  }
}

function toGuardrailConfig({ guardrail, stream }: ToBedrockOptions): object | undefined {
  if (guardrail === undefined) return undefined;
  const { id, version, onTrace, trace = onTrace === undefined ? undefined : 'enabled' } = guardrail;
  return withoutEmpty({
    guardrailIdentifier: id,
    guardrailVersion: version,
    trace,
    streamProcessingMode: stream ? guardrail.streamProcessingMode : undefined,
  });
}

/** Half-way between the two times that Bedrock keeps a cache for, in milliseconds. */
const longCacheMs = (5 * 60_000 + 60 * 60_000) / 2;

/**
 * Puts a point behind each part of the prompt that stays the same from step to step: tools (those of Claude alone can be
 * cached), system, messages so far.
 */
function addCachePoints(
  input: ConverseStreamCommandInput,
  { cache }: ChatRequest,
  { promptCache }: Capabilities,
  { isClaude, hasLongCache }: ModelTraits,
  warn: Warn,
): void {
  if (cache === undefined) return;
  if (cache.key !== undefined) warn('ignored_cache_key', 'Converse takes no key for the cache');
  if (promptCache !== 'yes') {
    warn('ignored_cache', 'the model has no prompt cache that we know of');
    return;
  }
  const isLong = hasLongCache && (cache.ttlMs ?? 0) >= longCacheMs;
  const cachePoint: CachePointBlock = isLong ? { type: 'default', ttl: '1h' } : { type: 'default' };
  if (isClaude) input.toolConfig?.tools?.push({ cachePoint });
  input.system?.push({ cachePoint });
  input.messages?.findLast(({ role }) => role === 'user')?.content?.push({ cachePoint });
}

/** Fields that Converse has itself. */
const converseField =
  /^(additionalModelRe\w+|(guardrail|inference|output|performance|tool)Config|messages|promptVariables|requestMetadata|serviceTier|system)$/;

function withVendorOptions(input: ConverseStreamCommandInput, options: JsonObject = {}): ConverseStreamCommandInput {
  const merged: { [name: string]: unknown } = { ...input };
  const lay = (name: string, value: unknown): void => {
    const before = merged[name];
    merged[name] = isObject(before) && isObject(value) ? { ...before, ...value } : value;
  };
  for (const [name, value] of Object.entries(options)) {
    if (converseField.test(name)) lay(name, value);
    else lay('additionalModelRequestFields', { [name]: value });
  }
  return merged as unknown as ConverseStreamCommandInput; // the escape hatch: its user answers for the fields
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields that say something; `undefined` where none does. */
function withoutEmpty(fields: Fields): { [name: string]: unknown } | undefined {
  const kept = Object.entries(fields).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
