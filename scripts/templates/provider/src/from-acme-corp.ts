import {
  providerError,
  ToolCallAssembler,
  tokenCount,
  type AnswerContext,
  type ChatEvent,
  type FinishReason,
  type Usage,
} from '@tako/core/provider';

/**
 * A frame of a streamed answer, as servers really send it: any field may be missing or of another type, so that readers
 * look before they take. Source: https://docs.acme-corp.example/api/stream (read on …).
 */
export interface AcmeCorpFrame {
  /** `hello`, `thought`, `text`, `call`, `arguments`, `failed`, `done`; kinds that are newer are skipped. */
  readonly kind?: unknown;
  /** `hello`: the model that answers. */
  readonly model?: unknown;
  /** `thought`, `text`, `arguments`: one piece more. */
  readonly text?: unknown;
  /** `thought`: opaque state, which the vendor wants back with it. */
  readonly seal?: unknown;
  /** `call`, `arguments`: which call of the answer. */
  readonly key?: unknown;
  readonly id?: unknown;
  readonly name?: unknown;
  /** `failed`: an HTTP status that would fit. */
  readonly status?: unknown;
  readonly error?: unknown;
  /** `done`: why the model stopped. */
  readonly reason?: unknown;
  /** `hello`, `done`: what was used so far. */
  readonly tokens?: AcmeCorpTokens | null | undefined;
}

/** The vendor's counts. Its `in` leaves out what the cache had part in. */
interface AcmeCorpTokens {
  readonly in?: unknown;
  readonly out?: unknown;
  readonly cached?: unknown;
  readonly stored?: unknown;
  readonly thought?: unknown;
}

/** A whole answer. Source: https://docs.acme-corp.example/api/answers (read on …). */
export interface AcmeCorpAnswer {
  readonly model?: unknown;
  readonly parts?: readonly (AcmeCorpAnswerPart | null)[] | null | undefined;
  readonly reason?: unknown;
  readonly tokens?: AcmeCorpTokens | null | undefined;
  /** A failure in place of an answer. */
  readonly error?: unknown;
}

/** A part of a whole answer: as the frame of its kind, and a call with all of its arguments. */
interface AcmeCorpAnswerPart extends AcmeCorpFrame {
  readonly arguments?: unknown;
}

/**
 * Tells a whole answer as the events that its stream would have had.
 *
 * @throws `malformed_response` where it holds no answer; the vendor's error where it holds one.
 */
export function eventsFromAcmeCorp(answer: AcmeCorpAnswer, context: AnswerContext): ChatEvent[] {
  const reader = new AnswerReader(context);
  return [...framesOf(answer).flatMap((frame) => reader.read(frame)), reader.end()];
}

/** A whole answer as the frames that its stream would have had. */
export function framesOf({ model, parts, reason, tokens, error }: AcmeCorpAnswer): readonly (AcmeCorpFrame | null)[] {
  if (!Array.isArray(parts)) return error === undefined ? [] : [{ kind: 'failed', error }];
  return [{ kind: 'hello', model }, ...parts.flatMap(partFrames), { kind: 'done', reason, tokens }];
}

function partFrames(part: AcmeCorpAnswerPart | null, key: number): readonly (AcmeCorpFrame | null)[] {
  if (part?.kind !== 'call') return [part];
  return [
    { ...part, key },
    { kind: 'arguments', key, text: part.arguments },
  ];
}

/** Reads the frames of an answer one by one, so that it comes to the same events whichever way it was asked for. */
export class AnswerReader {
  readonly #context: AnswerContext;
  readonly #calls: ToolCallAssembler;
  #nextIndex = 0;
  /** The part that is being told, where it is text or a thought, and its index. */
  #telling: 'text' | 'thought' | undefined;
  #index = 0;
  #started = false;
  #last: AcmeCorpFrame | undefined;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#calls = new ToolCallAssembler(() => this.#nextIndex++);
  }

  /** Whether the last frame was read. */
  get done(): boolean {
    return this.#last !== undefined;
  }

  /**
   * What the next frame comes to.
   *
   * @throws the vendor's error, where it tells one inside an answer.
   */
  read(frame: AcmeCorpFrame | null): ChatEvent[] {
    const events: ChatEvent[] = [];
    switch (frame?.kind) {
      case 'hello':
        this.#start(events, frame);
        if (frame.tokens) events.push({ type: 'usage', usage: fromAcmeCorpTokens(frame.tokens) });
        break;
      case 'text':
        this.#start(events);
        events.push({ type: 'text_delta', index: this.#indexOf('text'), text: textOf(frame.text) });
        break;
      case 'thought':
        this.#start(events);
        events.push(this.#thought(frame));
        break;
      case 'call':
        this.#start(events);
        this.#telling = undefined; // text that follows is another part
        events.push(...this.#calls.add({ key: this.#keyOf(frame), id: textOf(frame.id), name: textOf(frame.name) }));
        break;
      case 'arguments':
        this.#start(events);
        events.push(...this.#calls.add({ key: this.#keyOf(frame), arguments: textOf(frame.text) }));
        break;
      case 'failed':
        throw this.#context.toError(statusOf(frame), JSON.stringify({ error: frame.error }));
      case 'done':
        this.#start(events);
        events.push(...this.#calls.end());
        this.#last = frame;
        break;
      default: // a kind newer than this file: running agents must not break
    }
    return events;
  }

  /** The answer is complete: `finish`. @throws `malformed_response` when its last frame was not read. */
  end(): ChatEvent {
    if (this.#last === undefined) throw malformed(this.#context, 'closed the answer before its end');
    const { reason, tokens } = this.#last;
    return {
      type: 'finish',
      finishReason: fromAcmeCorpReason(reason),
      ...(typeof reason === 'string' ? { rawFinishReason: reason } : {}),
      ...(tokens ? { usage: fromAcmeCorpTokens(tokens) } : {}), // no count is not a count of zero
    };
  }

  /** Tells that the vendor took the request, once, and what had to be asked in another way. */
  #start(events: ChatEvent[], { model }: AcmeCorpFrame = {}): void {
    if (this.#started) return;
    this.#started = true;
    const { requestId, warnings } = this.#context;
    const named = typeof model === 'string' ? { model } : {};
    events.push({ type: 'start', ...(requestId === undefined ? {} : { requestId }), ...named }, ...warnings);
  }

  /** A piece of a call that nobody can place is no piece to leave out. */
  #keyOf({ key }: AcmeCorpFrame): number {
    if (typeof key !== 'number') throw malformed(this.#context, 'sent a piece of a tool call without its key');
    return key;
  }

  #thought({ text, seal }: AcmeCorpFrame): ChatEvent {
    const vendorData = typeof seal === 'string' ? { vendor: 'acme-corp', data: seal } : undefined;
    return {
      type: 'reasoning_delta',
      index: this.#indexOf('thought'),
      text: textOf(text),
      ...(vendorData === undefined ? {} : { vendorData }),
    };
  }

  /** Pieces of one kind that follow each other are one part. */
  #indexOf(kind: 'text' | 'thought'): number {
    if (this.#telling !== kind) this.#index = this.#nextIndex++;
    this.#telling = kind;
    return this.#index;
  }
}

/** The vendor's reason in our words. One that we do not know is `other`; the vendor's word is kept beside it. */
function fromAcmeCorpReason(reason: unknown): FinishReason {
  switch (reason) {
    case 'complete':
      return 'stop';
    case 'limit':
      return 'length';
    case 'tools':
      return 'tool_calls';
    case 'withheld':
      return 'content_filter';
    case 'broken':
      return 'error';
    default:
      return 'other';
  }
}

/** The vendor's counts in ours, whose details are parts of the totals. */
function fromAcmeCorpTokens({ in: fresh, out, cached, stored, thought }: AcmeCorpTokens): Usage {
  return {
    inputTokens: tokenCount(fresh) + tokenCount(cached) + tokenCount(stored),
    outputTokens: tokenCount(out),
    ...(cached === undefined ? {} : { cachedInputTokens: tokenCount(cached) }),
    ...(stored === undefined ? {} : { cacheWriteTokens: tokenCount(stored) }),
    ...(thought === undefined ? {} : { reasoningTokens: tokenCount(thought) }),
  };
}

/** What a failure inside an answer says of itself; the answer's own status was a success. */
function statusOf({ status }: AcmeCorpFrame): number {
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : 500;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function malformed({ source }: AnswerContext, what: string): Error {
  return providerError('malformed_response', `${source} ${what}`, { source });
}
