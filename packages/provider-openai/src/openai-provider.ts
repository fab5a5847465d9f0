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

import type { OpenAIApiRequest } from './api.js';
import { openaiCapabilities } from './capabilities.js';
import { chatCompletions } from './chat-completions.js';
import { finishableBody } from './finishable-body.js';
import { fromOpenAIAnswer } from './from-openai-stream.js';
import { lazyEvents } from './lazy-events.js';
import type { OpenAIModelOptions } from './options.js';
import { openaiPrice } from './prices.js';

/** An answer, whatever its status, and what must not show in an error about it. */
interface SentRequest {
  readonly answer: HttpResponse;
  readonly secrets: readonly string[];
}

/** Sends a body. What it throws is no answer: a failed connection, a missing key. */
export type Send = (request: OpenAIApiRequest, signal: AbortSignal) => Promise<SentRequest>;

/** What both doors have in common: a provider over any way to send a body. */
export function openaiProvider(options: OpenAIModelOptions, send: Send): Provider {
  const { model, api = chatCompletions, timeouts = {}, clock = systemClock(globalThis), maxTokensField } = options;
  if (typeof model !== 'string' || model === '') throw invalidOptions('openai', 'model must be the name of a model');
  const source = `openai:${model}`;
  const capabilities = { ...openaiCapabilities(model), ...options.capabilities };
  const { reasoningEfforts: efforts } = capabilities;
  const reasons = efforts !== 'unknown' && efforts.length > 0;
  const streams = capabilities.streaming !== 'no';
  // The headers of an unstreamed answer come when all of it is there.
  const wholeTimeouts = { ...timeouts, connectMs: Number.POSITIVE_INFINITY, firstEventMs: Number.POSITIVE_INFINITY };

  async function open(request: ChatRequest, stream: boolean, opened: OpenedCall): Promise<AsyncIterable<ChatEvent>> {
    requireSupport(request, capabilities, source);
    const asked = api.toBody(request, { model, source, stream, maxTokensField, reasons });
    const connection = new AbortController();
    opened.signal.addEventListener('abort', () => connection.abort(opened.signal.reason), { once: true });
    const { answer, secrets } = await send(asked, connection.signal);
    opened.connected();
    const { status, headers } = answer;
    const failed = (failedStatus: number, text: string): ReturnType<typeof statusError> =>
      statusError({ source, status: failedStatus, headers, body: text, request, secrets, nowMs: clock.now() });
    if (status < 200 || status > 299) throw failed(status, await readText(answer.body));
    const { bytes, readRest } = finishableBody(answer.body, clock, connection);
    return fromOpenAIAnswer({ ...answer, body: bytes }, api, stream, {
      source,
      requestId: headers['x-request-id'],
      warnings: asked.warnings,
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
    price: options.price ?? openaiPrice(model),
    stream: (request, call) => ask(request, call, streams),
    chat: (request, call): Promise<ChatResponse> => collect(ask(request, call, false)),
  };
}
