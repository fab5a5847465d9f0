import type { ChatRequest, ReasoningEffort, Support, ToolSchema, WarningEvent } from '@tako/core';
import { unsupported } from '@tako/core/provider';

import type { OllamaChatRequest, OllamaModelOptions, OllamaThink, OllamaTool } from './ollama-request.js';
import { toOllamaMessages } from './to-ollama-messages.js';

/** What a body says besides the request. */
export interface ToOllamaOptions {
  readonly model: string;
  /** The provider's id, for errors. */
  readonly source: string;
  readonly stream: boolean;
  /** Whether images by URL are fetched before the request is sent. */
  readonly urlPrefetch: boolean;
  /** Whether a model that is bound to JSON can call tools. */
  readonly jsonWithTools: Support;
  /** Where the request says nothing else. */
  readonly options?: OllamaModelOptions | undefined;
  /** Where the request says nothing about reasoning. */
  readonly think?: OllamaThink | undefined;
  readonly keepAlive?: string | number | undefined;
}

/** A body, and what had to be said in another way than it was asked. */
export interface OllamaBody {
  readonly body: OllamaChatRequest;
  readonly warnings: readonly WarningEvent[];
}

/**
 * Writes a request as a body for `/api/chat`.
 *
 * `vendorOptions.ollama` is merged last; its `options` are laid over the other ones, field by field.
 *
 * Downgrades, each with a warning: `moved_media`, `downgraded_arguments`, `downgraded_reasoning` (`minimal` is `low`),
 * `downgraded_tool_schema` (no tool is held to its schema), `ignored_parallel_tool_calls`, `ignored_cache`,
 * `ignored_metadata`.
 *
 * @throws `unsupported` for a tool choice that forces a call, JSON where tools would be lost to it, and for the parts that `toOllamaMessages` names.
 */
export function toOllama(request: ChatRequest, options: ToOllamaOptions): OllamaBody {
  const { model, source, stream, urlPrefetch, keepAlive } = options;
  const warnings = new Map<string, WarningEvent>();
  const warn = (code: string, message: string): void => void warnings.set(code, { type: 'warning', code, message });
  warnOfIgnored(request, warn);

  const { options: vendorModelOptions, ...vendorFields } = request.vendorOptions?.['ollama'] ?? {};
  const body: OllamaChatRequest = {
    model,
    messages: toOllamaMessages(request.messages, { source, urlPrefetch, warn }),
    tools: toTools(request, source),
    format: toFormat(request, options),
    options: toModelOptions(request, options.options, vendorModelOptions),
    think: request.reasoning === undefined ? options.think : toThink(request.reasoning.effort, warn),
    keep_alive: keepAlive,
    stream,
  };
  return { body: { ...body, ...vendorFields }, warnings: [...warnings.values()] };
}

type Warn = (code: string, message: string) => void;

function warnOfIgnored({ tools = [], parallelToolCalls, cache, metadata }: ChatRequest, warn: Warn): void {
  if (tools.length > 0 && parallelToolCalls === false) {
    warn('ignored_parallel_tool_calls', 'Ollama has no limit of tool calls: the model may make several at once');
  }
  if (tools.some(({ strict }) => strict === true)) {
    warn('downgraded_tool_schema', 'Ollama does not hold a model to the schema of a tool');
  }
  if (cache !== undefined) warn('ignored_cache', "Ollama reuses a prompt's beginning by itself, and takes no hint");
  if (metadata !== undefined) warn('ignored_metadata', 'Ollama stores no labels with a request');
}

/** The wire has no tool choice. Where none may be called, none is offered. */
function toTools({ tools = [], toolChoice = 'auto' }: ChatRequest, source: string): OllamaTool[] | undefined {
  if (toolChoice !== 'auto' && toolChoice !== 'none') throw unsupported(source, 'a toolChoice that forces a call');
  return tools.length === 0 || toolChoice === 'none' ? undefined : tools.map(toTool);
}

function toTool({ name, description, inputSchema }: ToolSchema): OllamaTool {
  return { type: 'function', function: { name, description, parameters: inputSchema } };
}

function toFormat(
  { responseFormat, tools = [] }: ChatRequest,
  { source, jsonWithTools }: ToOllamaOptions,
): OllamaChatRequest['format'] {
  switch (responseFormat?.type) {
    case 'json':
      // The model would call none, and nobody would know why.
      if (jsonWithTools === 'no' && tools.length > 0) throw unsupported(source, 'JSON answers together with tools');
      return 'json';
    case 'json_schema':
      return responseFormat.schema;
    default:
      return undefined;
  }
}

function toModelOptions(
  { temperature, topP, maxOutputTokens, stop, seed }: ChatRequest,
  own: OllamaModelOptions | undefined,
  vendor: unknown,
): OllamaModelOptions | undefined {
  const asked = { temperature, top_p: topP, num_predict: maxOutputTokens, stop, seed };
  const told = Object.entries(asked).filter(([, value]) => value !== undefined);
  const options = { ...own, ...Object.fromEntries(told), ...(typeof vendor === 'object' ? vendor : {}) };
  return Object.keys(options).length > 0 ? options : undefined;
}

/** Source: https://docs.ollama.com/capabilities/thinking (read 2026-11-23): `max` asks for the highest level. */
function toThink(effort: ReasoningEffort, warn: Warn): OllamaThink {
  switch (effort) {
    case 'none':
      return false;
    case 'minimal':
      warn('downgraded_reasoning', 'Ollama has no reasoning effort below low, which was taken');
      return 'low';
    case 'xhigh':
      return 'max';
    case 'low':
    case 'medium':
    case 'high':
      return effort;
  }
}
