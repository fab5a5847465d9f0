import {
  cancelled,
  chat,
  estimateUsage,
  isTakoError,
  providerError,
  systemClock,
  textOf,
  costUsd,
  type Call,
  type ChatRequest,
  type Clock,
  type JsonSchema,
  type Message,
  type Provider,
} from '@tako/core';

import { jsonSchemaProblem } from '../schema/json-schema-problem.js';
import { parseModelJson } from '../schema/parse-json.js';
import { runWithin } from '../turn/run-within.js';

/** A question whose answer is JSON. */
export interface JsonQuestion {
  readonly provider: Provider;
  readonly messages: readonly Message[];
  /** Names the schema on the wire, and who asks in errors. */
  readonly name: string;
  readonly schema: JsonSchema;
  readonly timeoutMs: number;
  readonly clock?: Clock | undefined;
  readonly request?: Partial<Omit<ChatRequest, 'messages' | 'responseFormat' | 'tools'>> | undefined;
}

/**
 * Asks a model for JSON, by the vendor's own means where it may have them. The call goes through `chat`, so that the run it
 * belongs to counts and limits it.
 *
 * @throws `malformed_response` for prose, or JSON of another form: never a made-up value. Its `partial` holds what the call
 *   used. `timeout`; `cancelled`; what the provider throws.
 */
export async function askJson(question: JsonQuestion, call: Call): Promise<unknown> {
  const { provider, messages, name, schema, timeoutMs, clock = systemClock(globalThis) } = question;
  const responseFormat =
    provider.capabilities.structuredOutput === 'no' ? undefined : ({ type: 'json_schema', name, schema } as const);
  const request: ChatRequest = { ...question.request, messages, responseFormat };
  const response = await runWithin({ signal: call.signal, timeoutMs, clock, what: name }, (signal) =>
    chat(provider, request, { ...call, signal }),
  ).catch((error: unknown) => {
    throw call.signal.aborted && !isTakoError(error) ? cancelled(call.signal.reason) : error;
  });
  const parsed = parseModelJson(textOf(response.message));
  const problem = parsed.ok ? jsonSchemaProblem(schema, parsed.value) : parsed.problem;
  if (parsed.ok && problem === undefined) return parsed.value;

  const usage = response.usage ?? estimateUsage(request, response.message.content);
  const cost = provider.price === undefined ? {} : { costUsd: costUsd(usage, provider.price) };
  throw providerError('malformed_response', `${name}: ${provider.id} did not answer as asked (${problem})`, {
    source: name,
    retryable: false,
    partial: { content: response.message.content, usage, ...cost },
  });
}
