import {
  invalidOptions,
  isTakoError,
  wrapProvider,
  type AttemptEvent,
  type ChatEvent,
  type ErrorCode,
  type Provider,
  type ProviderLayer,
  type StartEvent,
} from '@tako/core';
import { relayStream } from '@tako/core/provider';

import { capabilitiesInCommon } from './capabilities-in-common.js';
import { errorCode, failedAttempt, withAttempts } from './failed-attempts.js';
import { firstContent } from './first-content.js';

/** What `fallback` takes. */
export interface FallbackOptions {
  /** Who answers when the provider cannot, in order. */
  readonly providers: readonly Provider[];
  /**
   * The failures that another provider may mend.
   * @defaultValue overloaded, rate_limited, provider, transport, timeout, malformed_response, circuit_open
   */
  readonly on?: readonly ErrorCode[] | undefined;
}

const mendable: readonly ErrorCode[] = [
  'overloaded',
  'rate_limited',
  'provider',
  'transport',
  'timeout',
  'malformed_response',
  'circuit_open',
];

/**
 * Asks the next provider when one cannot answer, only until the first event with content. `start` then names who answers
 * (`answeredBy`), so that the call is booked at that provider's price.
 *
 * The capabilities are what all of them can do: a request that the first takes must not fail at the second.
 *
 * @throws what the last one throws, with the usage of all in `partial`.
 */
export function fallback(options: FallbackOptions): ProviderLayer {
  const { providers, on = mendable } = options;
  if (providers.length === 0) throw invalidOptions('fallback', 'pass at least one provider to fall back to');
  const isMendable = (error: unknown): boolean => isTakoError(error) && on.includes(error.code);

  return (next) => {
    const candidates = [next, ...providers];
    const wrapped = wrapProvider(next, (request, call) =>
      relayStream({
        open: async () => {
          const failed: AttemptEvent[] = [];
          for (const [at, candidate] of candidates.entries()) {
            try {
              const { events, first } = await firstContent(candidate.stream(request, call));
              return { events, first: [...failed, ...(at === 0 ? first : named(first, candidate))] };
            } catch (error) {
              const isLast = at === candidates.length - 1;
              if (isLast || call.signal.aborted || !isMendable(error)) throw withAttempts(error, failed);
              failed.push(failedAttempt(candidate, error));
              call.span?.event('fallback', {
                failedProviderId: candidate.id,
                providerId: candidates[at + 1]?.id,
                error: errorCode(error),
              });
            }
          }
          throw invalidOptions('fallback', 'there is no provider');
        },
      }),
    );
    return {
      ...wrapped,
      capabilities: candidates.map(({ capabilities }) => capabilities).reduce(capabilitiesInCommon),
    };
  };
}

/** The beginning of a stream, its `start` saying who answers; one that an inner layer has named already is believed. */
function named(first: readonly ChatEvent[], { id, price }: Provider): readonly ChatEvent[] {
  const start = first.find((event): event is StartEvent => event.type === 'start');
  if (start?.answeredBy !== undefined) return first;
  return [{ ...start, type: 'start', answeredBy: { id, price } }, ...first.filter((event) => event !== start)];
}
