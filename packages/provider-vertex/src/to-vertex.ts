import type {
  Capabilities,
  ChatRequest,
  JsonObject,
  JsonSchema,
  ToolChoice,
  ToolSchema,
  WarningEvent,
} from '@tako/core';
import { unsupported } from '@tako/core/provider';

import { geminiVersion } from './family.js';
import type { VertexModelOptions } from './options.js';
import { toVertexThinking } from './thinking.js';
import { toVertexContents } from './to-vertex-contents.js';
import { toVertexSchema } from './to-vertex-schema.js';
import { vendor } from './vendor-state.js';
import type { VertexFunction, VertexGenerationConfig, VertexRequest } from './vertex-request.js';

/** What a body says besides the request. */
export interface ToVertexOptions extends Pick<
  VertexModelOptions,
  'model' | 'safetySettings' | 'labels' | 'cachedContent'
> {
  /** A provider's id, for errors. */
  readonly source: string;
  readonly capabilities: Capabilities;
}

/** A body, and what had to be said in another way than it was asked. */
export interface VertexBody {
  readonly body: VertexRequest;
  readonly warnings: readonly WarningEvent[];
}

type Warn = (code: string, message: string) => void;

/**
 * Writes a request as a body for `generateContent`. `vendorOptions.vertex` is merged last; `generationConfig` and `toolConfig`
 * of it are laid over ours field by field.
 *
 * Downgrades, each with a warning: `downgraded_tool_schema` and `downgraded_response_format` (keywords that Gemini has not),
 * `downgraded_reasoning`, `downgraded_arguments`, `moved_media`, `unsigned_tool_call`, `ignored_parallel_tool_calls`,
 * `ignored_cache` and `ignored_metadata` (what is no label of Google Cloud).
 *
 * @throws `unsupported` for what Gemini cannot express: see `toVertexMedia` and `toVertexSchema`; more than 5 stop texts; JSON
 *   together with tools where the model cannot.
 */
export function toVertex(request: ChatRequest, options: ToVertexOptions): VertexBody {
  const { model, source, capabilities, safetySettings, cachedContent } = options;
  const warnings = new Map<string, WarningEvent>();
  const warn: Warn = (code, message) => warnings.set(code + message, { type: 'warning', code, message });
  const version = geminiVersion(model);
  const systems = request.messages.flatMap((each) => (each.role === 'system' ? each.content : []));
  const { tools = [], parallelToolCalls, cache } = request;
  const hasTools = tools.length > 0;
  if (hasTools && request.responseFormat?.type === 'json' && capabilities.structuredOutputWithTools === 'no') {
    throw unsupported(source, 'an answer in JSON together with tools');
  }
  if (hasTools && parallelToolCalls === false) {
    warn('ignored_parallel_tool_calls', 'Gemini cannot be held to one tool call at a time');
  }
  if (cache?.key !== undefined || cache?.ttlMs !== undefined) {
    warn('ignored_cache', 'Gemini caches by itself; for a cache of your own pass cachedContent');
  }

  const contents = toVertexContents(request.messages, {
    source,
    hasResultMedia: version === undefined || version >= 3,
    needsSignatures: version !== undefined && version >= 3,
    warn,
  });
  // The order of the fields is that of the vendor's SDK.
  const body: VertexRequest = {
    contents,
    systemInstruction: systems.length > 0 ? { parts: systems.map(({ text }) => ({ text })) } : undefined,
    cachedContent,
    generationConfig: unlessEmpty(toGenerationConfig(request, options, warn)),
    safetySettings,
    tools: hasTools ? [{ functionDeclarations: tools.map((tool) => toFunction(tool, source, warn)) }] : undefined,
    toolConfig: toCalling(request.toolChoice, tools),
    labels: unlessEmpty({ ...options.labels, ...toLabels(request.metadata, warn) }),
  };
  return { body: merged(body, request.vendorOptions?.[vendor]), warnings: [...warnings.values()] };
}

/** Laid over the body; objects in it one level deep, so that a `topK` does not take a `temperature` away. */
function merged(body: VertexRequest, over: JsonObject = {}): VertexRequest {
  const result: { [field: string]: unknown } = { ...body };
  for (const [field, value] of Object.entries(over)) {
    const own = result[field];
    const isConfig = field === 'generationConfig' || field === 'toolConfig';
    result[field] = isConfig && own !== undefined ? { ...own, ...Object(value) } : value;
  }
  return result as unknown as VertexRequest; // what the user lays over it is the user's affair
}

function toGenerationConfig(
  { temperature, topP, maxOutputTokens, stop, seed, reasoning, responseFormat }: ChatRequest,
  { model, source }: ToVertexOptions,
  warn: Warn,
): VertexGenerationConfig {
  // Source: google/ai/generativelanguage/v1beta/generative_service.proto of https://github.com/googleapis/googleapis (read 2026-11-23).
  if (stop !== undefined && stop.length > 5) throw unsupported(source, `${stop.length} stop texts; it takes 5`);
  const thinking = reasoning === undefined ? undefined : toVertexThinking(reasoning.effort, model);
  if (thinking?.isDowngraded === true) {
    warn('downgraded_reasoning', 'Gemini has no such effort: it thinks as near to it as it can');
  }
  return {
    temperature,
    topP,
    maxOutputTokens,
    stopSequences: stop === undefined || stop.length === 0 ? undefined : [...stop],
    seed,
    responseMimeType: (responseFormat?.type ?? 'text') === 'text' ? undefined : 'application/json',
    responseJsonSchema:
      responseFormat?.type === 'json_schema' ? toAnswerSchema(responseFormat, source, warn) : undefined,
    thinkingConfig: thinking?.config,
  };
}

function unlessEmpty<T extends object>(fields: T): T | undefined {
  return Object.values(fields).some((value) => value !== undefined) ? fields : undefined;
}

function toAnswerSchema(
  { schema, description }: { readonly schema: JsonSchema; readonly description?: string | undefined },
  source: string,
  warn: Warn,
): JsonObject {
  const { schema: cleaned, lost } = toVertexSchema(schema, source);
  if (lost.length > 0) {
    warn('downgraded_response_format', `the schema of the answer is sent without ${lost.join(', ')}: Gemini has none`);
  }
  return { description, ...cleaned };
}

function toFunction({ name, description, inputSchema }: ToolSchema, source: string, warn: Warn): VertexFunction {
  const { schema: parametersJsonSchema, lost } = toVertexSchema(inputSchema, source);
  if (lost.length > 0) {
    warn('downgraded_tool_schema', `schemas of tools are sent without ${lost.join(', ')}: Gemini has none`);
  }
  return { name, description, parametersJsonSchema };
}

/** `VALIDATED` holds calls to their schemas and leaves the choice, as `ANY` does without it. */
function toCalling(choice: ToolChoice | undefined, tools: readonly ToolSchema[]): VertexRequest['toolConfig'] {
  if (typeof choice === 'object') {
    return { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [choice.name] } };
  }
  if (choice === 'required') return { functionCallingConfig: { mode: 'ANY' } };
  const isStrict = tools.some(({ strict }) => strict === true);
  if (tools.length === 0 || (choice === undefined && !isStrict)) return undefined;
  return { functionCallingConfig: { mode: choice === 'none' ? 'NONE' : isStrict ? 'VALIDATED' : 'AUTO' } };
}

/**
 * What of it is a label: up to 63 characters out of small letters, digits, `_` and `-`, the key with a letter first.
 *
 * Source: https://pub.dev/documentation/googleapis/13.1.0/vision_v1/BatchAnnotateFilesRequest/labels.html (read 2026-11-23).
 */
function toLabels(metadata: ChatRequest['metadata'] = {}, warn: Warn): { readonly [key: string]: string } {
  const entries = Object.entries(metadata);
  const labels = entries.filter(
    ([key, value]) =>
      /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u.test(key) && /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u.test(value),
  );
  if (labels.length < entries.length) {
    warn('ignored_metadata', 'metadata that is no label of Google Cloud was left out: small letters, digits, _ and -');
  }
  return Object.fromEntries(labels);
}
