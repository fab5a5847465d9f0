import type { Attributes as ApiAttributes } from '@opentelemetry/api';
import type { Attributes, SpanKind } from '@tako/core';

import { providerName } from './provider-name.js';

/**
 * Attributes by the GenAI conventions, release v0.1.0. The table with its sources is in docs/telemetry.md.
 * Source: https://github.com/open-telemetry/semantic-conventions-genai (read 2026-11-23).
 */
const conventional: ReadonlyMap<string, string> = new Map([
  ['model', 'gen_ai.response.model'],
  ['requestId', 'gen_ai.response.id'],
  ['inputTokens', 'gen_ai.usage.input_tokens'],
  ['outputTokens', 'gen_ai.usage.output_tokens'],
  ['cachedInputTokens', 'gen_ai.usage.cache_read.input_tokens'],
  ['cacheWriteTokens', 'gen_ai.usage.cache_write.input_tokens'],
  ['reasoningTokens', 'gen_ai.usage.reasoning.output_tokens'],
  ['temperature', 'gen_ai.request.temperature'],
  ['topP', 'gen_ai.request.top_p'],
  ['maxOutputTokens', 'gen_ai.request.max_tokens'],
  ['seed', 'gen_ai.request.seed'],
  ['reasoningEffort', 'gen_ai.request.reasoning.level'],
  ['outputType', 'gen_ai.output.type'],
  ['stream', 'gen_ai.request.stream'],
  ['tool', 'gen_ai.tool.name'],
  ['toolCallId', 'gen_ai.tool.call.id'],
  ['method', 'mcp.method.name'],
]);

/** Longest value of an attribute that is no content: ids and names of others may be anything. */
const maxCharacters = 256;

/** What a span is started with, besides its operation. */
export function startAttributes(kind: SpanKind, attributes: Attributes): ApiAttributes {
  const told: ApiAttributes = {};
  for (const name in attributes) if (name !== 'vendor' && name !== 'model') tell(told, kind, name, attributes[name]);
  const { vendor, model } = attributes;
  if (typeof vendor === 'string') told['gen_ai.provider.name'] = providerName(bounded(vendor));
  if (typeof model === 'string') told['gen_ai.request.model'] = bounded(model);
  if (kind === 'tool') told['gen_ai.tool.type'] = 'function';
  if (kind === 'run' && typeof attributes['kind'] === 'string') told['gen_ai.agent.name'] = bounded(attributes['kind']);
  return told;
}

/** Attributes under the conventions' names, else as `tako.*`. */
export function toOtelAttributes(kind: SpanKind, attributes: Attributes): ApiAttributes {
  const told: ApiAttributes = {};
  for (const name in attributes) tell(told, kind, name, attributes[name]);
  return told;
}

function tell(told: ApiAttributes, kind: SpanKind, name: string, value: Attributes[string]): void {
  if (value === undefined) return;
  if (name === 'finishReason' && kind === 'model_call') told['gen_ai.response.finish_reasons'] = [String(value)];
  else if (name === 'isError') told['error.type'] = 'tool_error';
  else told[(isOfCall(kind, name) ? undefined : conventional.get(name)) ?? ownName(name)] = plain(value);
}

/** Whether it says of a request to a server of ours what the conventions say of a call of a model only. */
function isOfCall(kind: SpanKind, name: string): boolean {
  return kind !== 'model_call' && (name === 'model' || name === 'requestId');
}

/** Our names as they are told. There are few, and each is told with every span. */
const ownNames = new Map<string, string>();
const mostOwnNames = 1_000;

function ownName(name: string): string {
  let told = ownNames.get(name);
  if (told !== undefined) return told;
  told = `tako.${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
  if (ownNames.size < mostOwnNames) ownNames.set(name, told);
  return told;
}

function plain(value: NonNullable<Attributes[string]>): string | number | boolean | string[] {
  if (typeof value === 'string') return bounded(value);
  return typeof value === 'object' ? value.slice(0, 64).map(bounded) : value;
}

function bounded(text: string): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters - 1)}…`;
}
