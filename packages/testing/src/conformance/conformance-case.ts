import type { Bench } from './bench/bench.js';
import type { ProviderUnderTest, WireFeature } from './provider-under-test.js';

/** One promise of the contract, as a test. Any runner can run it: it passes or it throws an `Error` that says why. */
export interface ConformanceCase {
  /** Theme and promise: `cancellation: an abort in mid-text is thrown at the next event`. */
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** A case before it knows what it is run against. */
export interface CaseDefinition {
  readonly name: string;
  /** Left out where the provider under test lacks any of these. */
  readonly needs?: readonly WireFeature[] | undefined;
  /** Left out where it says no. @defaultValue it always applies */
  readonly applies?: ((underTest: ProviderUnderTest) => boolean) | undefined;
  readonly run: (bench: Bench) => Promise<void>;
}
