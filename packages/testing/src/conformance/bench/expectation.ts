import { isDeepStrictEqual, inspect } from 'node:util';

import { isTakoError, type ErrorCode, type TakoError } from '@tako/core';

/** @throws `claim`, a sentence that says what should have been. */
export function expectThat(holds: boolean, claim: string): asserts holds {
  if (!holds) throw new Error(claim);
}

/** Compares as JSON data does: a field that is `undefined` is as good as absent. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(withoutUndefined(actual), withoutUndefined(expected))) return;
  throw new Error(`${what}: expected ${shown(expected)}, got ${shown(actual)}`);
}

/** Takes a failure that must be a `TakoError` with one of `codes`. */
export function expectCode(error: unknown, what: string, ...codes: readonly ErrorCode[]): TakoError {
  if (error === undefined) throw new Error(`${what}: expected an error ${codes.join(' or ')}, and there was none`);
  if (!isTakoError(error)) throw new Error(`${what}: expected a TakoError, got ${shown(error)}`);
  if (codes.length === 0 || codes.includes(error.code)) return error;
  throw new Error(`${what}: expected the code ${codes.join(' or ')}, got ${error.code} ("${error.message}")`);
}

/** Waits, but not for ever: a promise that never settles fails the case with a reason. */
export async function within<T>(ms: number, promise: PromiseLike<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A value for an error message, not too long. Of an error its code, message and causes. */
export function shown(value: unknown): string {
  if (value instanceof Error) {
    const code = isTakoError(value) ? ` ${value.code}` : '';
    const because = value.cause === undefined ? '' : `, because of ${shown(value.cause)}`;
    return `${value.name}${code} "${value.message}"${because}`;
  }
  const text = inspect(value, { depth: 6, breakLength: Infinity, maxStringLength: 300, maxArrayLength: 20 });
  return text.length > 1_000 ? `${text.slice(0, 1_000)} …` : text;
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([key, field]) => [key, withoutUndefined(field)]),
  );
}
