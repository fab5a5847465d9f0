import {
  invalidOptions,
  isTakoError,
  TakoError,
  wrapProvider,
  type ErrorCode,
  type JsonValue,
  type Provider,
  type ProviderLayer,
  type Span,
} from '@tako/core';
import { relayStream } from '@tako/core/provider';
import {
  circuitBreaker as cockatielBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';

/** What `circuitBreaker` takes. */
export interface CircuitBreakerOptions {
  /** Failures in a row that open the circuit. @defaultValue 5 */
  readonly failures?: number | undefined;
  /** How long it stays open at first, in milliseconds; twice as long each time that the probe fails. @defaultValue 10000 */
  readonly openMs?: number | undefined;
  /** How long it stays open at most, in milliseconds. @defaultValue 60000 */
  readonly maxOpenMs?: number | undefined;
  /** The state of an earlier breaker (`toJSON`), so that a serverless function need not learn anew. */
  readonly initialState?: JsonValue | undefined;
  /** Told when the state changes. */
  readonly onStateChange?: ((state: CircuitBreakerState) => void) | undefined;
}

/** `closed` lets calls through, `open` refuses them, `half_open` lets one through to see. */
export type CircuitBreakerState = 'closed' | 'open' | 'half_open';

/** The layer, and a look at its state. */
export interface CircuitBreakerLayer extends ProviderLayer {
  readonly state: CircuitBreakerState;
  /** The state as plain JSON, for `initialState`. */
  toJSON(): JsonValue;
}

/** Failures that are the provider's own. A refused request or a full quota says nothing about its health. */
const providersFault: ReadonlySet<ErrorCode> = new Set([
  'overloaded',
  'provider',
  'transport',
  'timeout',
  'malformed_response',
]);

/**
 * Keeps calls away from a provider that fails again and again: `circuit_open`, without asking it. After a while one call
 * is let through as a probe; its end decides.
 *
 * A stream counts when it ends: it can fail after its first event too. One breaker guards one provider.
 *
 * @throws `invalid` for options that cannot work.
 */
export function circuitBreaker(options: CircuitBreakerOptions = {}): CircuitBreakerLayer {
  const { failures = 5, openMs = 10_000, maxOpenMs = 60_000, initialState, onStateChange } = options;
  if (!(failures >= 1)) throw invalidOptions('circuitBreaker', `failures must be at least 1, got ${failures}`);
  if (!(maxOpenMs >= openMs)) throw invalidOptions('circuitBreaker', 'maxOpenMs must not be less than openMs');

  const isFault = (error: unknown): boolean => isTakoError(error) && providersFault.has(error.code);
  const policy = cockatielBreaker(handleWhen(isFault), {
    breaker: new ConsecutiveBreaker(failures),
    halfOpenAfter: new ExponentialBackoff({ initialDelay: openMs, maxDelay: maxOpenMs }),
    initialState,
  });
  const changes = new Changes();
  policy.onStateChange((state) => {
    const name = stateName(state);
    changes.note(name);
    onStateChange?.(name);
  });
  return Object.defineProperties((next: Provider) => guarded(next, policy, changes), {
    state: { get: () => stateName(policy.state) },
    toJSON: { value: () => policy.toJSON() },
  }) as CircuitBreakerLayer; // the two properties are what the type asks for
}

/** Changes of state, each told once: to a call that began or ended as it came about. Calls that nobody traces bring some too. */
class Changes {
  #latest: CircuitBreakerState | undefined;
  #made = 0;
  #told = 0;

  note(state: CircuitBreakerState): void {
    this.#latest = state;
    this.#made++;
  }

  /** @returns tells the span what has changed since, unless another call has told it */
  listen(span: Span, providerId: string): () => void {
    const before = this.#made;
    return () => {
      if (this.#made > Math.max(before, this.#told)) span.event(`circuit_${this.#latest}`, { providerId });
      this.#told = this.#made;
    };
  }
}

function guarded(next: Provider, policy: CircuitBreakerPolicy, changes: Changes): Provider {
  return wrapProvider(next, (request, call) => {
    const { span } = call;
    let end: EndOfCall = () => undefined;
    /** The state changes a little after the end of a call: who listens waits for that, before the span is over. */
    const ended = async (error?: unknown): Promise<void> => {
      const tell = span && changes.listen(span, next.id);
      const settled = end(error);
      if (tell === undefined) return;
      await settled;
      tell();
    };
    return relayStream({
      open: async () => {
        const tell = span && changes.listen(span, next.id);
        try {
          end = await admit(policy, next.id);
        } catch (error) {
          span?.event('circuit_refused', { providerId: next.id });
          throw error;
        }
        tell?.();
        return { events: next.stream(request, call) };
      },
      onFinish: () => ended(),
      onFail: async (error) => {
        await ended(error);
        return error;
      },
      onLeave: () => ended(),
    });
  });
}

/** Tells the breaker how a call ended. @returns a promise of the moment when its state is settled */
type EndOfCall = (error?: unknown) => Promise<void> | undefined;

/**
 * Waits at the breaker's door.
 *
 * @throws `circuit_open` when the call may not be made.
 */
async function admit(policy: CircuitBreakerPolicy, providerId: string): Promise<EndOfCall> {
  const refusal = (): TakoError =>
    new TakoError('circuit_open', `${providerId} failed again and again; it is left alone for a while`, {
      source: providerId,
    });
  // The library lets further calls wait for the probe; a caller has better things to do.
  if (policy.state === CircuitState.HalfOpen) throw refusal();
  return new Promise((resolve, reject) => {
    const work = policy.execute(
      () =>
        new Promise<void>((succeed, fail) => {
          resolve((error) => {
            if (error === undefined) succeed();
            else fail(error);
            return over;
          });
        }),
    );
    // The caller has thrown a failed call's error itself; before admission it can only be the library's refusal.
    const over = work.catch(() => {
      reject(refusal());
    });
  });
}

function stateName(state: CircuitState): CircuitBreakerState {
  if (state === CircuitState.Closed) return 'closed';
  return state === CircuitState.HalfOpen ? 'half_open' : 'open';
}
