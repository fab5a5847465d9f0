import {
  addUsage,
  attachPartial,
  costUsd,
  isTakoError,
  noUsage,
  type AttemptEvent,
  type ErrorCode,
  type Provider,
  type TakoError,
} from '@tako/core';

/** What a failed try used, as an event for the accounts. */
export function failedAttempt({ id, price }: Pick<Provider, 'id' | 'price'>, error: unknown): AttemptEvent {
  const usage = (isTakoError(error) ? error.partial?.usage : undefined) ?? noUsage;
  return {
    type: 'attempt',
    providerId: id,
    usage,
    ...(price === undefined ? {} : { costUsd: costUsd(usage, price) }),
    error: errorCode(error),
  };
}

/** What a failure is called in accounts and traces. */
export function errorCode(error: unknown): ErrorCode {
  return isTakoError(error) ? error.code : 'provider';
}

/** The error of the last try, its `partial` holding what all tries used: none of them is free because all failed. */
export function withAttempts(error: unknown, earlier: readonly AttemptEvent[]): unknown {
  const used = earlier.reduce((sum, { usage }) => addUsage(sum, usage), noUsage);
  if (used.inputTokens + used.outputTokens === 0) return error;
  const last: TakoError['partial'] = isTakoError(error) ? error.partial : undefined;
  return attachPartial(error, { content: last?.content ?? [], usage: addUsage(used, last?.usage ?? noUsage) });
}
