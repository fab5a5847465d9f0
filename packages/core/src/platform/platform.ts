import type { Environment } from '../secret/credential.js';

/** Time, as a parameter: tests bring a fake one. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** Runs `callback` once, `ms` milliseconds from now; never, for more than 24 days. @returns a function that calls it off */
  after(ms: number, callback: () => void): () => void;
}

/** The globals of a JavaScript runtime that Tako's defaults are made of. */
export interface PlatformGlobals {
  readonly Date: { now(): number };
  setTimeout(callback: () => void, ms: number): unknown;
  /** Takes back what `setTimeout` gave; every runtime has its own type for that. */
  clearTimeout(handle: never): void;
}

/** setTimeout takes a signed 32-bit number of milliseconds, 24.8 days, and fires at once beyond that. */
const longestTimerMs = 2_147_483_647;

/**
 * The platform's clock: `systemClock(globalThis)`.
 *
 * This package starts no timer and reads no clock by itself: the edge of each package passes its
 * platform in.
 */
export function systemClock(platform: PlatformGlobals): Clock {
  return {
    now: () => platform.Date.now(),
    after(ms, callback) {
      if (ms > longestTimerMs) return () => undefined;
      const handle = platform.setTimeout(callback, ms);
      return () => {
        platform.clearTimeout(handle as never); // whatever setTimeout gave is what clearTimeout takes
      };
    },
  };
}

/** The environment variables of the process, on runtimes that have one: `platformEnvironment(globalThis)`. */
export function platformEnvironment(globals: object): Environment | undefined {
  const platform: { readonly process?: { readonly env?: Environment } } = globals;
  return platform.process?.env;
}
