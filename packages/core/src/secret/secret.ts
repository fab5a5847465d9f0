const brand = Symbol.for('tako.secret');
const redacted = '<redacted>';

/**
 * A value that does not show: not in `String()`, JSON, template strings, nor in Node's `inspect`.
 * `expose()` gives it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    Object.defineProperty(this, brand, { value: true });
    Object.defineProperty(this, Symbol.for('nodejs.util.inspect.custom'), { value: () => redacted });
  }

  /** The value itself. Do not keep it longer than the call that needs it. */
  expose(): string {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }
}

/** Whether `value` is a `Secret` of any copy of this package. */
export function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && brand in value;
}
