/** What came from outside as an object: nobody has looked at its fields yet. */
export type Fields = { readonly [field: string]: unknown };

/** What should be an object may be anything. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** A text, or an empty one where there is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
