import type { JsonObject } from '@tako/core';

import { refused, type Failure } from '../errors/failure.js';

/**
 * Fields of a chat request that change nothing here. They are accepted, since common clients always send some of them, and
 * they are left out of what the model is asked; the README lists them.
 */
const ignored: ReadonlySet<string> = new Set([
  'frequency_penalty',
  'presence_penalty',
  'logit_bias',
  'user',
  'safety_identifier',
  'service_tier',
  'store',
  'verbosity',
  'prompt_cache_retention',
  'moderation',
]);

/** What a field must be, where anything else would change the meaning of the answer in silence. */
const onlyAs: ReadonlyMap<string, (value: unknown) => boolean> = new Map<string, (value: unknown) => boolean>([
  ['n', (value) => value === 1],
  ['logprobs', (value) => value === false],
  ['top_logprobs', (value) => value === 0],
  ['modalities', (value) => Array.isArray(value) && value.every((each) => each === 'text')],
  ['audio', () => false],
  ['prediction', () => false],
  ['web_search_options', () => false],
  ['functions', () => false],
  ['function_call', () => false],
  ['reasoning_effort', () => false],
  ['input', () => false],
]);

/** Why the fields that no request of Tako has a place for are refused, if they are. Fields that nobody knows are left aside. */
export function refusedField(rest: JsonObject): Failure | undefined {
  for (const [name, value] of Object.entries(rest)) {
    const allowed = onlyAs.get(name);
    if (allowed !== undefined && !allowed(value)) return unsupportedField(name);
  }
  return undefined;
}

function unsupportedField(name: string): Failure {
  return refused(400, 'unsupported_parameter', `This server does not support ${name} with this value.`, {
    param: name,
  });
}

/** Whether a field is left out on purpose. */
export function isIgnoredField(name: string): boolean {
  return ignored.has(name);
}
