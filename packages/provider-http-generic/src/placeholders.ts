import type { OpenAIChatRequest } from '@tako/openai-wire';

import type { Template, TemplateValues } from './template.js';

/** What a body template may name besides the whole request, and where it stands in OpenAI's body. */
const fields = {
  model: 'model',
  messages: 'messages',
  tools: 'tools',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'parallel_tool_calls',
  responseFormat: 'response_format',
  temperature: 'temperature',
  topP: 'top_p',
  maxOutputTokens: 'max_tokens',
  stop: 'stop',
  seed: 'seed',
  reasoningEffort: 'reasoning_effort',
  metadata: 'metadata',
} as const satisfies { readonly [name: string]: keyof OpenAIChatRequest };

/** All names that a body template may have. */
export const placeholderNames: readonly string[] = ['request', 'stream', ...Object.keys(fields)];

/** Whether a template has a place for a piece of the request. `{{ request }}` has one for everything. */
export function carries({ names }: Template, name: string): boolean {
  return names.has('request') || names.has(name);
}

/** The pieces of a request, each as OpenAI's body has it. */
export function valuesOf(body: OpenAIChatRequest): TemplateValues {
  const values: Record<string, unknown> = { request: body, stream: body.stream === true };
  for (const [name, field] of Object.entries(fields)) values[name] = body[field];
  values['maxOutputTokens'] ??= body.max_completion_tokens;
  return values as TemplateValues; // the body is JSON, and so is every piece of it
}
