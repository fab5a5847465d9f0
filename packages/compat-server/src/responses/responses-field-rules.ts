import type { JsonValue } from '@tako/core';

import type { FieldRules } from '../http/unsupported-fields.js';

const never = (): boolean => false;

/** What the Responses API refuses. Everything else that is not honoured is left out, and named in the answer. */
export const responsesFieldRules: FieldRules = new Map<string, (value: JsonValue) => boolean>([
  ['background', (value) => value === false],
  ['conversation', never],
  ['prompt', never],
  ['top_logprobs', (value) => value === 0],
  ['max_tool_calls', never],
  ['n', (value) => value === 1],
  ['stop', never],
  ['messages', never],
]);
