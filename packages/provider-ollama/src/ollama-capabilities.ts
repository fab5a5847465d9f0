import { systemClock, type Capabilities, type Support } from '@tako/core';
import { invalidOptions, malformedAnswer, readText, transportError } from '@tako/core/provider';

import { connectionOf } from './connection.js';
import { ollamaError } from './errors.js';
import type { OllamaConnectionOptions } from './options.js';

/** The answer holds the model's licence and template: some hundred kilobytes. */
const longestAnswerBytes = 16 * 1024 * 1024;

/** Which model, and where. */
export interface OllamaCapabilitiesOptions extends OllamaConnectionOptions {
  readonly model: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the server (`/api/show`) what a model can do, for the option `capabilities`: `tools`, `vision`, and
 * `reasoningEfforts` where it has none.
 *
 * Source: https://github.com/ollama/ollama/blob/main/docs/api.md and types/model/capability.go (read 2026-11-23). Servers
 * older than that answer say nothing, and nothing is known then.
 *
 * @throws `not_found` where the server has no such model; `transport`, `auth` and the other codes of a failed call;
 * `signal.reason` when the signal aborts.
 */
export async function ollamaCapabilities(options: OllamaCapabilitiesOptions): Promise<Partial<Capabilities>> {
  const { model, signal = new AbortController().signal } = options;
  const source = `ollama:${model}`;
  if (typeof model !== 'string' || model === '') throw invalidOptions('ollamaCapabilities', 'model must be a name');
  const { baseUrl, transport, readHeaders } = connectionOf(options);
  const { key, headers } = await readHeaders();
  const request = {
    method: 'POST',
    url: `${baseUrl}/api/show`,
    headers,
    body: JSON.stringify({ model }),
    signal,
  } as const;
  try {
    const { status, headers: told, body } = await transport.send(request);
    const text = await readText(body, longestAnswerBytes);
    if (status >= 200 && status <= 299) return fromShow(text, source);
    const secrets = key === undefined ? [] : [key];
    const nowMs = systemClock(globalThis).now();
    throw ollamaError({ source, status, headers: told, body: text, secrets, nowMs }, model);
  } catch (error) {
    signal.throwIfAborted();
    throw transportError(error, source);
  }
}

function fromShow(text: string, source: string): Partial<Capabilities> {
  let shown: { readonly capabilities?: unknown } | null;
  try {
    shown = JSON.parse(text);
  } catch {
    throw malformedAnswer(source, 'what the server says about the model is not JSON');
  }
  const told = shown?.capabilities;
  if (!Array.isArray(told)) return {};
  const can = (capability: string): Support => (told.includes(capability) ? 'yes' : 'no');
  return {
    tools: can('tools'),
    vision: can('vision'),
    // Which levels a thinking model takes, the server does not say.
    ...(told.includes('thinking') ? {} : { reasoningEfforts: ['none'] }),
  };
}
