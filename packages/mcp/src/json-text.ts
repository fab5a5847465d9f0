/**
 * A value from the wire as JSON, for a model to read; empty for `undefined`. What is nested too deep for the stack, as
 * `JSON.parse` takes it and `JSON.stringify` does not, becomes a note, so that the rest of an answer is not lost with it.
 */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '(left out: it is nested too deep)'; // see above: there are no cycles on a wire
  }
}
