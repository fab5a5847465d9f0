import {
  collect,
  CONTRACT,
  systemClock,
  unknownCapabilities,
  type Call,
  type Capabilities,
  type ChatEvent,
  type ChatRequest,
  type HttpResponse,
  type HttpTransport,
  type Provider,
  type TakoError,
} from '@tako/core';
import {
  fetchTransport,
  isTakoError,
  modelStream,
  readText,
  requireSupport,
  statusError,
  transportError,
  type OpenedCall,
  type Timeouts,
} from '@tako/core/provider';

import type { AcmeBody, AcmeFrame } from './acme-frame.js';
import { fromAcme } from './from-acme.js';
import { decoded, readFrames } from './read-frames.js';
import { toAcme } from './to-acme.js';

/** Options of `acme`. The functions are its own by default; mutants of the tests put worse ones in their place. */
export interface AcmeOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  readonly timeouts?: Timeouts | undefined;
  readonly capabilities?: Partial<Capabilities> | undefined;
  readonly transport?: HttpTransport;
  readonly decode?: (body: AsyncIterable<Uint8Array>) => AsyncIterable<string>;
  readonly read?: (texts: AsyncIterable<string>) => AsyncIterable<AcmeFrame>;
  readonly translate?: (frames: AsyncIterable<AcmeFrame> | Iterable<AcmeFrame>) => AsyncIterable<ChatEvent>;
  readonly write?: (request: ChatRequest, model: string, stream: boolean) => AcmeBody;
}

/** A small provider that keeps the whole contract: what the suite is proven with, and a pattern for others. */
export function acme(options: AcmeOptions): Provider {
  const { baseUrl, apiKey, model, timeouts, transport = fetchTransport(fetch) } = options;
  const { decode = decoded, read = readFrames, translate = fromAcme, write = toAcme } = options;
  const id = `acme:${model}`;
  const key = apiKey.trim();
  const clock = systemClock(globalThis);
  const capabilities: Capabilities = { ...unknownCapabilities, ...options.capabilities };

  /** @throws for an answer that is no success */
  const ask = async (request: ChatRequest, stream: boolean, opened: OpenedCall): Promise<HttpResponse> => {
    requireSupport(request, capabilities, id);
    const response = await transport.send({
      method: 'POST',
      url: `${baseUrl}/ask`,
      headers: { 'content-type': 'application/json', 'x-acme-key': key },
      body: JSON.stringify(write(request, model, stream)),
      signal: opened.signal,
    });
    opened.connected();
    const { status, headers, body } = response;
    if (status === 200) return response;
    const text = await readText(body);
    throw statusError({ source: id, status, headers, body: text, request, secrets: [key], nowMs: clock.now() });
  };

  const toError = (error: unknown): TakoError => (isTakoError(error) ? error : transportError(error, id));

  async function* answer(request: ChatRequest, stream: boolean, opened: OpenedCall): AsyncGenerator<ChatEvent> {
    const { headers, body } = await ask(request, stream, opened);
    yield { type: 'start', requestId: headers['x-request-id'] };
    if (headers['content-type'] === 'application/json') {
      const whole = JSON.parse(await readText(body)) as { readonly frames: readonly AcmeFrame[] }; // Acme's own form
      yield* translate(whole.frames);
    } else yield* translate(read(decode(body)));
  }

  const streamOf = (request: ChatRequest, call: Call, stream: boolean): AsyncIterable<ChatEvent> =>
    modelStream({
      call,
      source: id,
      clock,
      timeouts,
      toError,
      open: (opened) => answer(request, stream, opened),
    });

  return {
    contract: CONTRACT,
    id,
    capabilities,
    stream: (request, call) => streamOf(request, call, true),
    chat: (request, call) => collect(streamOf(request, call, false)),
  };
}
