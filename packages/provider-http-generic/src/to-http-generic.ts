import type { ChatRequest, JsonObject, JsonValue, WarningEvent } from '@tako/core';
import { unsupported } from '@tako/core/provider';
import { toOpenAI } from '@tako/openai-wire';

import { carries, valuesOf } from './placeholders.js';
import type { Template } from './template.js';

/** What a body is made of besides the request. */
export interface ToHttpGenericOptions {
  readonly model: string;
  readonly vendor: string;
  /** The provider's id, for errors. */
  readonly source: string;
  readonly stream: boolean;
  readonly template: Template;
  readonly maxTokensField: 'max_completion_tokens' | 'max_tokens';
  readonly transform: ((body: JsonValue, request: ChatRequest) => JsonValue) | undefined;
}

/** A body, and what of the request could not be said in it. */
export interface HttpGenericBody {
  readonly asked: JsonValue;
  readonly warnings: readonly WarningEvent[];
}

/**
 * Fills a request into a template. `vendorOptions` of the vendor are merged into it last.
 *
 * What the template has no place for is not dropped: what changes the answer's form or cost is refused, the rest is told by a
 * warning: `ignored_temperature`, `ignored_top_p`, `ignored_seed`, `ignored_parallel_tool_calls`, `ignored_metadata`,
 * `ignored_cache`. Downgrades are those of `toOpenAI` in `@tako/openai-wire`.
 *
 * @throws `unsupported` for tools, tool choice, response format, longest answer, stop texts and reasoning effort without a place,
 *   for `vendorOptions` where the body is no object, and as `toOpenAI`.
 */
export function toHttpGeneric(request: ChatRequest, options: ToHttpGenericOptions): HttpGenericBody {
  const { model, vendor, source, stream, template, maxTokensField, transform = (body) => body } = options;
  const { body: openai, warnings } = toOpenAI(
    { ...request, vendorOptions: undefined },
    { model, vendor, source, stream, maxTokensField },
  );
  const ignored = withoutPlace(request, template, source);
  const filled = template.fillIn(valuesOf(openai)) ?? {};
  const body = merged(filled, request.vendorOptions?.[vendor], source);
  return { asked: transform(body, request), warnings: [...warnings, ...ignored] };
}

/** Warnings about what the template has no place for. @throws `unsupported` for what cannot be left out. */
function withoutPlace(request: ChatRequest, template: Template, source: string): WarningEvent[] {
  const { tools = [], toolChoice, responseFormat, stop = [] } = request;
  const hasTools = tools.length > 0;
  const demanded = {
    tools: hasTools,
    // Without tools `none` says nothing.
    toolChoice: ![undefined, 'auto', hasTools ? '' : 'none'].includes(toolChoice as string | undefined),
    responseFormat: responseFormat !== undefined && responseFormat.type !== 'text',
    maxOutputTokens: request.maxOutputTokens !== undefined,
    stop: stop.length > 0,
    reasoningEffort: request.reasoning !== undefined,
  };
  const wished = {
    temperature: request.temperature,
    topP: request.topP,
    seed: request.seed,
    parallelToolCalls: hasTools ? request.parallelToolCalls : undefined,
    metadata: request.metadata,
    cache: request.cache,
  };
  for (const [name, isDemanded] of Object.entries(demanded)) {
    if (isDemanded && !carries(template, name)) throw unsupported(source, `${name}: its body has no place for it`);
  }
  const ignored = Object.entries(wished).filter(([name, wish]) => wish !== undefined && !carries(template, name));
  return ignored.map(([name]) => ({
    type: 'warning',
    code: `ignored_${name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)}`,
    message: `${name} is not sent: its body has no place for it`,
  }));
}

function merged(body: JsonValue, wanted: JsonObject | undefined, source: string): JsonValue {
  if (wanted === undefined) return body;
  if (!isObject(body)) throw unsupported(source, 'vendorOptions: its body is no JSON object');
  return { ...body, ...wanted };
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
