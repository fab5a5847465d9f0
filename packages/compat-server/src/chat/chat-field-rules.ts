import type { JsonValue } from '@tako/core';

import type { FieldRules } from '../http/unsupported-fields.js';

const never = (): boolean => false;

/** What chat completions refuse. Everything else that is not honoured is left out, and named in the answer. */
export const chatFieldRules: FieldRules = new Map<string, (value: JsonValue) => boolean>([
  ['n', (value) => value === 1],
  ['logprobs', (value) => value === false],
  ['top_logprobs', (value) => value === 0],
  ['logit_bias', (value) => typeof value === 'object' && value !== null && Object.keys(value).length === 0],
  ['modalities', (value) => Array.isArray(value) && value.every((each) => each === 'text')],
  ['audio', never],
  ['prediction', never],
  ['web_search_options', never],
  ['functions', never],
  ['function_call', never],
  ['reasoning_effort', never], // a word that is none of the efforts
  ['input', never],
]);
