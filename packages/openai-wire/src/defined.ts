/** The fields of `T`; those that are optional may be undefined as well. */
type Loose<T> = { [Key in keyof T]: object extends Pick<T, Key> ? T[Key] | undefined : T[Key] };

/** The object without its undefined fields: on a wire, absent is the only form of absent. */
export function defined<T extends object>(fields: Loose<T>): T {
  const kept: Partial<Loose<T>> = {};
  for (const key in fields) if (fields[key] !== undefined) kept[key] = fields[key];
  return kept as T; // what is left out is undefined, and only optional fields may be
}
