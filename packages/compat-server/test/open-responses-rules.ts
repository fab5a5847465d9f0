/**
 * What the published schema of Open Responses asks of a response and of the events of a stream, as far as this server writes them.
 *
 * Source: https://github.com/openresponses/openresponses, `public/openapi/openapi.json` and `src/lib/compliance-tests.ts` (read
 * 2026-11-23).
 */
type Rule = (value: unknown) => boolean;

const text: Rule = (value) => typeof value === 'string';
const flag: Rule = (value) => typeof value === 'boolean';
const number: Rule = (value) => typeof value === 'number' && Number.isFinite(value);
const whole: Rule = (value) => Number.isInteger(value);
const list =
  (each: Rule): Rule =>
  (value) =>
    Array.isArray(value) && value.every(each);
const oneOf =
  (...values: readonly unknown[]): Rule =>
  (value) =>
    values.includes(value);
const orNull =
  (rule: Rule): Rule =>
  (value) =>
    value === null || rule(value);
const shape =
  (rules: Readonly<Record<string, Rule>>): Rule =>
  (value) =>
    problemsOf(value, rules).length === 0;

const status = oneOf('in_progress', 'completed', 'incomplete');
const outputText = shape({ type: oneOf('output_text'), text, annotations: list(shape({ type: text })) });
const items: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  message: { id: text, status, role: oneOf('assistant'), content: list(outputText) },
  function_call: { id: text, status, call_id: text, name: text, arguments: text },
  reasoning: { id: text, summary: list(shape({ type: oneOf('summary_text'), text })) },
};
const item: Rule = (value) => {
  const rules = items[typeOf(value)];
  return rules !== undefined && shape(rules)(value);
};
const tool = shape({
  type: oneOf('function'),
  name: text,
  description: orNull(text),
  parameters: orNull(shape({})),
  strict: orNull(flag),
});
const usage = shape({
  input_tokens: whole,
  output_tokens: whole,
  total_tokens: whole,
  input_tokens_details: shape({ cached_tokens: whole }),
  output_tokens_details: shape({ reasoning_tokens: whole }),
});

/** Every field must be there. */
const responseRules: Readonly<Record<string, Rule>> = {
  id: text,
  object: oneOf('response'),
  created_at: whole,
  completed_at: orNull(whole),
  status: oneOf('completed', 'failed', 'in_progress', 'incomplete', 'queued'),
  incomplete_details: orNull(shape({ reason: text })),
  model: text,
  previous_response_id: orNull(text),
  instructions: orNull(text),
  output: list(item),
  error: orNull(shape({ code: text, message: text })),
  tools: list(tool),
  tool_choice: (value) =>
    oneOf('none', 'auto', 'required')(value) || shape({ type: oneOf('function'), name: text })(value),
  truncation: oneOf('auto', 'disabled'),
  parallel_tool_calls: flag,
  text: shape({ format: shape({ type: oneOf('text', 'json_object', 'json_schema') }) }),
  top_p: number,
  presence_penalty: number,
  frequency_penalty: number,
  top_logprobs: whole,
  temperature: number,
  reasoning: orNull(shape({ effort: orNull(text), summary: orNull(text) })),
  usage: orNull(usage),
  max_output_tokens: orNull(whole),
  max_tool_calls: orNull(whole),
  store: flag,
  background: flag,
  service_tier: text,
  metadata: shape({}),
  safety_identifier: orNull(text),
  prompt_cache_key: orNull(text),
};

const response = shape(responseRules);
const place = { item_id: text, output_index: whole };
const inContent = { ...place, content_index: whole };
const inSummary = { ...place, summary_index: whole };
const summary = shape({ type: oneOf('summary_text'), text });

const eventRules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  'response.created': { response },
  'response.in_progress': { response },
  'response.completed': { response },
  'response.incomplete': { response },
  'response.failed': { response },
  'response.output_item.added': { output_index: whole, item },
  'response.output_item.done': { output_index: whole, item },
  'response.content_part.added': { ...inContent, part: outputText },
  'response.content_part.done': { ...inContent, part: outputText },
  'response.output_text.delta': { ...inContent, delta: text, logprobs: list(shape({})) },
  'response.output_text.done': { ...inContent, text, logprobs: list(shape({})) },
  'response.function_call_arguments.delta': { ...place, delta: text },
  'response.function_call_arguments.done': { ...place, arguments: text },
  'response.reasoning_summary_part.added': { ...inSummary, part: summary },
  'response.reasoning_summary_part.done': { ...inSummary, part: summary },
  'response.reasoning_summary_text.delta': { ...inSummary, delta: text },
  'response.reasoning_summary_text.done': { ...inSummary, text },
  error: { error: shape({ type: text, code: orNull(text), message: text, param: orNull(text) }) },
};

/** The fields of a response that are not as they must be. */
export function responseProblems(value: unknown): string[] {
  return problemsOf(value, responseRules);
}

/** The same of an event, with its type. */
export function eventProblems(value: unknown): string[] {
  const type = typeOf(value);
  const rules = eventRules[type];
  if (rules === undefined) return [`${type}: no such event`];
  return problemsOf(value, { sequence_number: whole, ...rules }).map((name) => `${type}: ${name}`);
}

function problemsOf(value: unknown, rules: Readonly<Record<string, Rule>>): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ['no object'];
  const fields = new Map<string, unknown>(Object.entries(value));
  return Object.entries(rules).flatMap(([name, rule]) => (rule(fields.get(name)) ? [] : [name]));
}

function typeOf(value: unknown): string {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  return typeof type === 'string' ? type : '';
}
