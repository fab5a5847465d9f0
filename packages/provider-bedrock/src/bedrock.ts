import type { ConverseCommandOutput, ConverseStreamCommandOutput } from '@aws-sdk/client-bedrock-runtime';
import { collect, CONTRACT, systemClock, type Provider, type WarningEvent } from '@tako/core';
import {
  invalidOptions,
  modelStream,
  requireSupport,
  toTakoError,
  type Call,
  type ChatEvent,
  type ChatRequest,
  type OpenedCall,
} from '@tako/core/provider';

import { bedrockCapabilities } from './capabilities.js';
import { connectionOf, type BedrockSdk, type Connection } from './connection.js';
import { Exchange } from './exchange.js';
import { fromBedrockStream } from './from-bedrock-stream.js';
import { fromBedrock } from './from-bedrock.js';
import type { BedrockOptions } from './options.js';
import { prefetchImages } from './prefetch-images.js';
import { bedrockPrice } from './prices.js';
import { toBedrock } from './to-bedrock.js';

/**
 * A model on Amazon Bedrock, through Converse and ConverseStream and the package `@aws-sdk/client-bedrock-runtime`. The SDK
 * is loaded with the first call.
 *
 * ```ts
 * const model = bedrock({ model: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0', region: 'eu-central-1' });
 * ```
 *
 * @throws `invalid` for an empty model, and for an API key beside credentials or a profile. Nothing is read or sent before
 *   the first call.
 */
export function bedrock(options: BedrockOptions): Provider {
  const { model, guardrail, clock = systemClock(globalThis), timeouts = {}, urlPrefetch = false } = options;
  if (typeof model !== 'string' || model === '') throw invalidOptions('bedrock', 'model must be the id of a model');
  const id = `bedrock:${model}`;
  const capabilities = {
    ...bedrockCapabilities(model),
    ...(urlPrefetch === false ? {} : { imageUrls: 'yes' as const }),
    ...options.capabilities,
  };
  const streams = capabilities.streaming !== 'no';
  // The headers of an unstreamed answer come when all of it is there.
  const wholeTimeouts = { ...timeouts, connectMs: Infinity, firstEventMs: Infinity };
  const connection = connectionFrom(options);

  async function open(
    request: ChatRequest,
    call: Call,
    stream: boolean,
    opened: OpenedCall,
  ): Promise<AsyncIterable<ChatEvent>> {
    requireSupport(request, capabilities, id);
    const inlined = urlPrefetch === false ? request : await prefetchImages(request, urlPrefetch, opened.signal, id);
    const { input, warnings } = toBedrock(inlined, { ...options, source: id, capabilities, stream });
    const headers = await connection.readHeaders();
    const sdk = await import('@aws-sdk/client-bedrock-runtime');
    opened.signal.throwIfAborted();
    const exchange = new Exchange({ source: id, request, clock, opened, streamed: stream, headers });
    try {
      const answer = await send(connection.client(sdk), sdk, input, exchange, stream);
      return told(answer, warnings, exchange, call);
    } catch (error) {
      throw exchange.toError(error);
    }
  }

  async function* told(
    answer: ConverseCommandOutput | ConverseStreamCommandOutput,
    warnings: readonly WarningEvent[],
    exchange: Exchange,
    call: Call,
  ): AsyncGenerator<ChatEvent> {
    yield { type: 'start', requestId: exchange.requestId };
    yield* warnings;
    const onTrace = (trace: ConverseCommandOutput['trace']): void => {
      try {
        if (trace?.guardrail !== undefined) guardrail?.onTrace?.(trace.guardrail, call);
      } catch (error) {
        throw toTakoError(error, 'invalid', `${id}: guardrail.onTrace failed`, { source: id });
      }
    };
    try {
      if ('stream' in answer && answer.stream !== undefined) {
        const onDone = (): Promise<void> => exchange.readRest();
        yield* fromBedrockStream(answer.stream, { source: id, onMetadata: ({ trace }) => onTrace(trace), onDone });
      } else if ('output' in answer) {
        onTrace(answer.trace);
        yield* fromBedrock(answer, id);
      }
    } catch (error) {
      throw exchange.toError(error);
    }
  }

  const ask = (request: ChatRequest, call: Call, stream: boolean): AsyncIterable<ChatEvent> =>
    modelStream({
      call,
      source: id,
      clock,
      timeouts: stream ? timeouts : wholeTimeouts,
      open: (opened) => open(request, call, stream, opened),
      toError: (error) => toTakoError(error, 'provider', `${id} failed`, { source: id }),
    });

  return {
    contract: CONTRACT,
    id,
    capabilities,
    price: options.price ?? bedrockPrice(model),
    stream: (request, call) => ask(request, call, streams && call.streaming !== false),
    chat: (request, call) => collect(ask(request, call, false)),
  };
}

function connectionFrom(options: BedrockOptions): Connection {
  const { client } = options;
  return client === undefined ? connectionOf(options) : { client: () => client, readHeaders: async () => ({}) };
}

function send(
  client: ReturnType<Connection['client']>,
  sdk: BedrockSdk,
  input: ReturnType<typeof toBedrock>['input'],
  exchange: Exchange,
  stream: boolean,
): Promise<ConverseCommandOutput | ConverseStreamCommandOutput> {
  const abortSignal = exchange.signal;
  if (stream) {
    const command = new sdk.ConverseStreamCommand(input);
    exchange.attach(command);
    return client.send(command, { abortSignal });
  }
  const command = new sdk.ConverseCommand(input);
  exchange.attach(command);
  return client.send(command, { abortSignal });
}
