/** What stands for all values of a label beyond its limit. */
const other = '_OTHER';

/** Bounds how many values each label of a metric takes: names of models and tools may come from anywhere. */
export class LabelLimit {
  readonly #limit: number;
  readonly #seen = new Map<string, Set<string>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The value, or what stands for it where there are too many. */
  of(label: string, value: string): string {
    let seen = this.#seen.get(label);
    if (seen === undefined) this.#seen.set(label, (seen = new Set()));
    if (seen.has(value)) return value;
    if (seen.size >= this.#limit) return other;
    seen.add(value);
    return value;
  }
}
