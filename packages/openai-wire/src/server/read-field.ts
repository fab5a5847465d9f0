import { TakoError } from '@tako/core';

/** A JSON object as it came over the wire: nothing about its fields is known. */
export type Unread = { readonly [name: string]: unknown };

/** A wrong body: code `invalid`, with the field in `details.param` as OpenAI's own errors name it. */
export function invalidBody(param: string, problem: string): TakoError {
  return new TakoError('invalid', `${param}: ${problem}`, { source: 'fromOpenAIRequest', details: { param } });
}

/** A field of an object that nobody has looked at. OpenAI takes null for absent nearly everywhere, and so do we. */
export function field(object: Unread, name: string): unknown {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}

/** @throws `invalid` when the value is no JSON object. */
export function asObject(value: unknown, param: string): Unread {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidBody(param, 'must be an object');
  return value as Unread; // neither null nor array: names to values is all that is left
}

/** @throws `invalid` when the value is no array. */
export function asArray(value: unknown, param: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidBody(param, 'must be an array');
  return value;
}

/** @throws `invalid` when the value is no string. */
export function asString(value: unknown, param: string): string {
  if (typeof value !== 'string') throw invalidBody(param, 'must be a string');
  return value;
}

/** @throws `invalid` when the value is there and no string. */
export function optionalString(object: Unread, name: string, param: string): string | undefined {
  const value = field(object, name);
  return value === undefined ? undefined : asString(value, param);
}

/** @throws `invalid` when the value is there and no boolean. */
export function optionalBoolean(object: Unread, name: string, param: string): boolean | undefined {
  const value = field(object, name);
  if (value !== undefined && typeof value !== 'boolean') throw invalidBody(param, 'must be a boolean');
  return value;
}

/** @throws `invalid` when the value is there and no number between the two. */
export function optionalNumber(object: Unread, name: string, least: number, most: number): number | undefined {
  const value = field(object, name);
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !(value >= least && value <= most)) {
    throw invalidBody(name, `must be a number from ${least} to ${most}`);
  }
  return value;
}

/** @throws `invalid` when the value is there and no whole number of at least `least`. */
export function optionalInteger(object: Unread, name: string, least: number): number | undefined {
  const value = field(object, name);
  if (value === undefined) return undefined;
  if (!Number.isSafeInteger(value) || Number(value) < least) {
    throw invalidBody(name, `must be a whole number of at least ${least}`);
  }
  return Number(value);
}
