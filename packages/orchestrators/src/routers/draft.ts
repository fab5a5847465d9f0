import {
  cancelled,
  costUsd,
  estimateUsage,
  isTakoError,
  noUsage,
  ResponseBuilder,
  type AttemptEvent,
  type Call,
  type ChatEvent,
  type ChatRequest,
  type ChatResponse,
  type Provider,
  type Usage,
} from '@tako/core';

/** A whole answer that was held back. */
export interface Draft {
  /** Who is paid for it: whoever answered behind the provider's layers. */
  readonly payee: Pick<Provider, 'id' | 'price'>;
  readonly events: readonly ChatEvent[];
  readonly response: ChatResponse;
}

/** Reads a whole answer and holds it back. A failure is told, and leads to `undefined`. */
export async function* readDraft(
  provider: Provider,
  request: ChatRequest,
  call: Call,
): AsyncGenerator<ChatEvent, Draft | undefined, undefined> {
  const builder = new ResponseBuilder();
  const events: ChatEvent[] = [];
  try {
    throwIfAborted(call);
    for await (const event of provider.stream(request, call)) {
      if (event.type === 'attempt') {
        yield event;
        continue;
      }
      builder.add(event);
      events.push(event);
    }
    return { payee: builder.answeredBy ?? provider, events, response: builder.response() };
  } catch (error) {
    const guess = events.length > 0 ? estimateUsage(request, builder.content()) : noUsage;
    yield failedTry(builder.answeredBy ?? provider, error, builder.usage ?? guess);
    throwIfAborted(call);
    return undefined;
  }
}

/** A whole answer that was not taken. */
export function rejected({ payee, response }: Draft, request: ChatRequest): AttemptEvent {
  const { usage = estimateUsage(request, response.message.content), finishReason } = response;
  return { ...attemptOf(payee, usage), finishReason };
}

/** What a try used that failed. */
export function failedTry(payee: Pick<Provider, 'id' | 'price'>, error: unknown, guess: Usage): AttemptEvent {
  const known = isTakoError(error) ? error.partial?.usage : undefined;
  return { ...attemptOf(payee, known ?? guess), error: isTakoError(error) ? error.code : 'provider' };
}

function attemptOf({ id, price }: Pick<Provider, 'id' | 'price'>, usage: Usage): AttemptEvent {
  const cost = price === undefined ? {} : { costUsd: costUsd(usage, price) };
  return { type: 'attempt', providerId: id, usage, ...cost };
}

/** @throws `cancelled`, without usage: what was used has been told by then. */
export function throwIfAborted({ signal }: Call): void {
  if (signal.aborted) throw cancelled(signal.reason, { content: [], usage: noUsage });
}
