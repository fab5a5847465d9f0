import {
  collect,
  CONTRACT,
  systemClock,
  type Call,
  type ChatResponse,
  type HttpResponse,
  type Provider,
} from '@tako/core';
import {
  invalidOptions,
  modelStream,
  readText,
  requireSupport,
  statusError,
  transportError,
  type ChatEvent,
  type ChatRequest,
  type OpenedCall,
} from '@tako/core/provider';
import type { OpenAIChatRequest } from '@tako/openai-wire';

import { openaiCapabilities } from './capabilities.js';
import { finishableBody } from './finishable-body.js';
import { fromOpenAIAnswer } from './from-openai-stream.js';
import { lazyEvents } from './lazy-events.js';
import type { OpenAIModelOptions } from './options.js';
import { openaiPrice } from './prices.js';
import { toOpenAIBody } from './to-openai.js';

/** An answer, whatever its status, and what must not show in an error about it. */
interface SentRequest {
  readonly answer: HttpResponse;
  readonly secrets: readonly string[];
}

/** Sends a body to the endpoint for chat completions. What it throws is no answer: a failed connection, a missing key. */
export type Send = (body: OpenAIChatRequest, signal: AbortSignal) => Promise<SentRequest>;

/** What both doors have in common: a provider over any way to send a body. */
export function chatCompletions(options: OpenAIModelOptions, send: Send): Provider {
  const { model, timeouts = {}, price = openaiPrice(model), clock = systemClock(globalThis), maxTokensField } = options;
  if (typeof model !== 'string' || model === '') throw invalidOptions('openai', 'model must be the name of a model');
  const source = `openai:${model}`;
  const capabilities = { ...openaiCapabilities(model), ...options.capabilities };
  const streams = capabilities.streaming !== 'no';
  // The headers of an unstreamed answer come when all of it is there.
  const wholeTimeouts = { ...timeouts, connectMs: Number.POSITIVE_INFINITY, firstEventMs: Number.POSITIVE_INFINITY };

  async function open(request: ChatRequest, stream: boolean, opened: OpenedCall): Promise<AsyncIterable<ChatEvent>> {
    requireSupport(request, capabilities, source);
    const { body, warnings } = toOpenAIBody(request, { model, source, stream, maxTokensField });
    const connection = new AbortController();
    opened.signal.addEventListener('abort', () => connection.abort(opened.signal.reason), { once: true });
    const { answer, secrets } = await send(body, connection.signal);
    opened.connected();
    const { status, headers } = answer;
    const failed = (failedStatus: number, text: string): ReturnType<typeof statusError> =>
      statusError({ source, status: failedStatus, headers, body: text, request, secrets, nowMs: clock.now() });
    if (status < 200 || status > 299) throw failed(status, await readText(answer.body));
    const { bytes, readRest } = finishableBody(answer.body, clock, connection);
    return fromOpenAIAnswer({ ...answer, body: bytes }, stream, {
      source,
      requestId: headers['x-request-id'],
      warnings,
      onDone: readRest,
      toError: failed,
    });
  }

  function ask(request: ChatRequest, call: Call, stream: boolean): AsyncIterable<ChatEvent> {
    return modelStream({
      call,
      source,
      clock,
      timeouts: stream ? timeouts : wholeTimeouts,
      open: (opened) => lazyEvents(() => open(request, stream, opened)),
      toError: (error) => transportError(error, source),
    });
  }

  return {
    contract: CONTRACT,
    id: source,
    capabilities,
    price,
    stream: (request, call) => ask(request, call, streams),
    chat: (request, call): Promise<ChatResponse> => collect(ask(request, call, false)),
  };
}
