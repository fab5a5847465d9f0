import type { VendorData, WarningEvent } from '@tako/core';
import {
  malformedAnswer,
  providerError,
  tokenCount,
  toldTokens,
  type AnswerContext,
  type ChatEvent,
  type FinishReason,
  type Usage,
} from '@tako/core/provider';

import { vendor } from './vendor-state.js';
import type { VertexPartLike, VertexResponseLike, VertexUsageLike } from './vertex-response.js';

/** What the reading of an answer needs to know. */
export type FromVertexOptions = Pick<AnswerContext, 'source' | 'requestId' | 'warnings' | 'toError'>;

/** Tells a whole answer as the events that its stream would have had. @throws as `VertexReader`. */
export function fromVertex(answer: object, options: FromVertexOptions): ChatEvent[] {
  const reader = new VertexReader(options);
  // Without `alt=sse` the vendor, and some proxies, put the pieces of a stream into one array.
  const pieces: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
  return [...pieces.flatMap((piece) => reader.read(piece)), ...reader.end()];
}

/** The part that text goes to. */
interface OpenPart {
  readonly type: 'text_delta' | 'reasoning_delta';
  readonly index: number;
}

/** Reads an answer piece by piece. */
export class VertexReader {
  readonly #options: FromVertexOptions;
  readonly #ids = new Set<string>();
  #started = false;
  #nextIndex = 0;
  #open: OpenPart | undefined;
  #reason = '';
  #usage: Usage | undefined;

  constructor(options: FromVertexOptions) {
    this.#options = options;
  }

  /** What the next piece comes to. Parts and fields that it does not know are skipped. @throws the vendor's error, where it tells one. */
  read(piece: unknown): ChatEvent[] {
    const told: unknown = Array.isArray(piece) ? piece[0] : piece;
    if (typeof told !== 'object' || told === null) return [];
    const answer: VertexResponseLike = told;
    if (answer.error !== undefined && answer.error !== null) throw this.#failure(answer.error);
    const events = this.#start(answer);
    const candidate = listOf(answer.candidates).find((each) => each !== null && tokenCount(each.index) === 0);
    for (const part of listOf(candidate?.content?.parts)) if (part !== null) this.#readPart(part, events);
    this.#reason = textOf(candidate?.finishReason) || textOf(answer.promptFeedback?.blockReason) || this.#reason;
    this.#readUsage(answer.usageMetadata, events);
    return events;
  }

  /** The end of the answer. @throws `malformed_response` where the vendor gave no reason for it. */
  end(): ChatEvent[] {
    const { source } = this.#options;
    if (this.#reason === '') {
      throw malformedAnswer(source, 'ended its answer without a reason');
    }
    const finishReason = toFinishReason(this.#reason, this.#ids.size > 0);
    return [{ type: 'finish', finishReason, rawFinishReason: this.#reason, usage: this.#usage }];
  }

  #failure(error: unknown): Error {
    // The HTTP status that would have been. Source: google/rpc/code.proto of https://github.com/googleapis/googleapis (read 2026-11-23).
    const { code }: { readonly code?: unknown } = Object(error);
    const status = typeof code === 'number' && code >= 400 && code < 600 ? code : 500;
    return this.#options.toError(status, JSON.stringify({ error }));
  }

  #start({ modelVersion, responseId }: VertexResponseLike): ChatEvent[] {
    if (this.#started) return [];
    this.#started = true;
    const requestId = this.#options.requestId ?? (textOf(responseId) || undefined);
    const start: ChatEvent = { type: 'start', requestId, model: textOf(modelVersion) || undefined };
    return [start, ...this.#options.warnings];
  }

  #readPart(part: VertexPartLike, events: ChatEvent[]): void {
    const signature = textOf(part.thoughtSignature);
    if (typeof part.functionCall === 'object' && part.functionCall !== null) {
      this.#readCall(part.functionCall, signature, events);
    } else if (typeof part.text === 'string') {
      this.#readText(part.thought === true ? 'reasoning_delta' : 'text_delta', part.text, signature, events);
    } else if (part.inlineData !== undefined || part.fileData !== undefined) {
      events.push(mediaLeftOut);
    } else if (signature !== '') {
      this.#readText('text_delta', '', signature, events);
    }
  }

  /** A signature belongs to the piece that it came with: that piece is a part of its own. */
  #readText(type: OpenPart['type'], text: string, signature: string, events: ChatEvent[]): void {
    if (text === '' && signature === '') return;
    const isSame = this.#open?.type === type && signature === '';
    const part = isSame && this.#open !== undefined ? this.#open : { type, index: this.#nextIndex++ };
    this.#open = signature === '' ? part : undefined;
    events.push({ type, index: part.index, text, vendorData: toState(signature, '') });
  }

  #readCall(
    { id, name, args, partialArgs, willContinue }: NonNullable<VertexPartLike['functionCall']>,
    signature: string,
    events: ChatEvent[],
  ): void {
    if (partialArgs !== undefined || willContinue === true) {
      const { source } = this.#options;
      throw providerError('unsupported', `${source}: streamed arguments of functions are not supported`, { source });
    }
    const index = this.#nextIndex++;
    this.#open = undefined;
    const given = textOf(id);
    const own = given === '' || this.#ids.has(given) ? `call_${crypto.randomUUID()}` : given;
    this.#ids.add(own);
    const json = JSON.stringify(args ?? {});
    events.push(
      { type: 'tool_call_start', index, id: own, name: textOf(name) },
      { type: 'tool_call_delta', index, argumentsDelta: json },
      { type: 'tool_call_end', index, arguments: json, vendorData: toState(signature, given) },
    );
  }

  #readUsage(told: VertexUsageLike | null | undefined, events: ChatEvent[]): void {
    const usage = fromVertexUsage(told);
    if (usage === undefined) return;
    this.#usage = usage;
    events.push({ type: 'usage', usage });
  }
}

/** Reads counts. Thoughts are not among the candidates' tokens, nor are results of the vendor's own tools in the prompt's. */
export function fromVertexUsage(told: VertexUsageLike | null | undefined): Usage | undefined {
  const prompt = toldTokens(told?.promptTokenCount);
  const said = toldTokens(told?.candidatesTokenCount);
  if (prompt === undefined && said === undefined) return undefined;
  const thoughts = toldTokens(told?.thoughtsTokenCount);
  return {
    inputTokens: (prompt ?? 0) + (toldTokens(told?.toolUsePromptTokenCount) ?? 0),
    outputTokens: (said ?? 0) + (thoughts ?? 0),
    cachedInputTokens: toldTokens(told?.cachedContentTokenCount),
    reasoningTokens: thoughts,
  };
}

const mediaLeftOut: WarningEvent = {
  type: 'warning',
  code: 'ignored_media',
  message: 'the model answered with an image or file, which answers here cannot hold',
};

/**
 * Reasons of an end, and of a blocked prompt. Source: the enumerations FinishReason and BlockedReason in the types of
 * `@google/genai` 1.52 (read 2026-11-23).
 */
function toFinishReason(reason: string, hasCalls: boolean): FinishReason {
  if (/SAFETY|RECITATION|BLOCKLIST|PROHIBITED_CONTENT|SPII|MODEL_ARMOR|JAILBREAK/.test(reason)) return 'content_filter';
  if (/^(MALFORMED_|UNEXPECTED_TOOL_CALL|TOO_MANY_TOOL_CALLS|MISSING_THOUGHT|NO_IMAGE|IMAGE_OTHER)/.test(reason))
    return 'error';
  if (reason === 'MAX_TOKENS') return 'length';
  if (hasCalls) return 'tool_calls';
  return reason === 'STOP' ? 'stop' : 'other';
}

function toState(thoughtSignature: string, id: string): VendorData | undefined {
  if (thoughtSignature === '' && id === '') return undefined;
  return { vendor, data: { thoughtSignature: thoughtSignature || undefined, id: id || undefined } };
}

/** What should be a list may be anything. */
function listOf<T>(list: readonly T[] | null | undefined): readonly T[] {
  return typeof list === 'object' && list !== null && Symbol.iterator in list ? list : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
