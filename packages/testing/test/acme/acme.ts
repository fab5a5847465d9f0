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
  modelStream,
  readText,
  requireSupport,
  transportError,
  type AnswerContext,
  type OpenedCall,
  type Timeouts,
} from '@tako/core/provider';

// What every new provider begins as. The suite is proven with it, and every new provider with the suite.
import { acmeCorpError } from '../../../../scripts/templates/provider/src/errors.js';
import {
  AnswerReader,
  framesOf,
  type AcmeCorpAnswer,
  type AcmeCorpFrame,
} from '../../../../scripts/templates/provider/src/from-acme-corp.js';
import { toAcmeCorp, type AcmeCorpRequest } from '../../../../scripts/templates/provider/src/to-acme-corp.js';
import { decoded, readFrames } from './read-frames.js';

/** A frame of Acme, a vendor that does not exist. */
export type AcmeFrame = AcmeCorpFrame;

/** Frames, as they come or all of them. */
export type AcmeFrames = AsyncIterable<AcmeFrame | null> | Iterable<AcmeFrame | null>;

/** Options of `acme`. The functions are its own by default; mutants of the tests put worse ones in their place. */
export interface AcmeOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  readonly timeouts?: Timeouts | undefined;
  readonly capabilities?: Partial<Capabilities> | undefined;
  readonly transport?: HttpTransport;
  readonly decode?: (body: AsyncIterable<Uint8Array>) => AsyncIterable<string>;
  readonly read?: (texts: AsyncIterable<string>) => AsyncIterable<AcmeFrame | null>;
  readonly translate?: (frames: AcmeFrames, context: AnswerContext) => AsyncIterable<ChatEvent>;
  readonly write?: (request: ChatRequest, model: string, stream: boolean) => AcmeCorpRequest;
}

/** The provider of the template, put together from parts that can be changed, in either framing that vendors use. */
export function acme(options: AcmeOptions): Provider {
  const { baseUrl, apiKey, model, timeouts, transport = fetchTransport(fetch) } = options;
  const { decode = decoded, read = readFrames, translate = fromAcme, write = toAcme } = options;
  const id = `acme-corp:${model}`;
  const key = apiKey.trim();
  const clock = systemClock(globalThis);
  const capabilities: Capabilities = { ...unknownCapabilities, ...options.capabilities };

  const ask = async (request: ChatRequest, stream: boolean, opened: OpenedCall): Promise<HttpResponse> => {
    requireSupport(request, capabilities, id);
    const response = await transport.send({
      method: 'POST',
      url: `${baseUrl}/v1/answers`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(write(request, model, stream)),
      signal: opened.signal,
    });
    opened.connected();
    return response;
  };

  async function* answer(request: ChatRequest, stream: boolean, opened: OpenedCall): AsyncGenerator<ChatEvent> {
    const { status, headers, body } = await ask(request, stream, opened);
    const toError = (failed: number, text: string): TakoError =>
      acmeCorpError({ source: id, status: failed, headers, body: text, request, secrets: [key], nowMs: clock.now() });
    if (status !== 200) throw toError(status, await readText(body));
    const requestId = headers['x-request-id'];
    const context = { source: id, requestId, headers, warnings: [], onDone: () => Promise.resolve(), toError };
    if (headers['content-type'] === 'application/json') {
      const whole: AcmeCorpAnswer = JSON.parse(await readText(body));
      yield* translate(framesOf(whole), context);
    } else yield* translate(read(decode(body)), context);
  }

  const streamOf = (request: ChatRequest, call: Call, stream: boolean): AsyncIterable<ChatEvent> =>
    modelStream({
      call,
      source: id,
      clock,
      timeouts,
      toError: (error) => transportError(error, id),
      open: (opened) => answer(request, stream, opened),
    });

  return {
    contract: CONTRACT,
    id,
    capabilities,
    stream: (request, call) => streamOf(request, call, call.streaming !== false),
    chat: (request, call) => collect(streamOf(request, call, false)),
  };
}

/** A request as Acme reads it. */
export function toAcme(request: ChatRequest, model: string, stream: boolean): AcmeCorpRequest {
  return toAcmeCorp(request, { model, source: `acme-corp:${model}`, stream }).asked;
}

/** Maps Acme's frames to chat events. */
export async function* fromAcme(frames: AcmeFrames, context: AnswerContext): AsyncGenerator<ChatEvent> {
  const reader = new AnswerReader(context);
  for await (const frame of frames) {
    yield* reader.read(frame);
    if (!reader.done) continue;
    yield reader.end();
    return;
  }
}
