import { inspect } from 'node:util';

/** A text that somebody may read, and where it stands. */
export interface ShownText {
  readonly where: string;
  readonly text: string;
}

/** No output that is worth a look goes deeper, or has more parts. */
const deepest = 12;
const mostParts = 20_000;

/**
 * All texts of a value: what `String`, JSON and `inspect` (hidden fields included) make of it, and every text that can be reached
 * through it: messages, stacks and causes of errors, own fields of any kind, keys, collections, headers, bytes.
 */
export function shownTexts(output: unknown, name: string): ShownText[] {
  const texts: ShownText[] = [];
  const add = (where: string, text: unknown): void => {
    if (typeof text === 'string' && text !== '') texts.push({ where, text });
  };
  if (typeof output === 'object' && output !== null) {
    add(
      `String(${name})`,
      // oxlint-disable-next-line typescript/no-base-to-string -- what an unwary log line does
      attempt(() => String(output)),
    );
    add(
      `JSON of ${name}`,
      attempt(() => JSON.stringify(output)),
    );
    for (const showHidden of [false, true]) {
      const options = { depth: deepest, showHidden, maxStringLength: Infinity, maxArrayLength: Infinity };
      add(
        `inspect(${name})`,
        attempt(() => inspect(output, options)),
      );
    }
  }
  const seen = new Set<object>();
  const waiting: { readonly where: string; readonly value: unknown; readonly depth: number }[] = [
    { where: name, value: output, depth: 0 },
  ];
  for (let next = waiting.shift(); next !== undefined && seen.size < mostParts; next = waiting.shift()) {
    const { where, value, depth } = next;
    if (typeof value === 'string') add(where, value);
    else if (typeof value === 'symbol') add(where, value.description);
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) continue;
    if (seen.has(value) || depth > deepest) continue;
    seen.add(value);
    if (ArrayBuffer.isView(value)) {
      add(`${where} (bytes)`, Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString());
      continue;
    }
    for (const [part, inner] of partsOf(value))
      waiting.push({ where: `${where}${part}`, value: inner, depth: depth + 1 });
  }
  return texts;
}

function* partsOf(value: object): Generator<readonly [part: string, inner: unknown]> {
  if (value instanceof URL || value instanceof URLSearchParams) yield ['.toString()', String(value)];
  else if (value instanceof Map || value instanceof Headers || value instanceof FormData) {
    for (const [key, inner] of value.entries()) {
      yield [' (key)', key];
      yield [`.get(${nameOf(key)})`, inner];
    }
  } else if (value instanceof Set) for (const inner of value) yield [' (member)', inner];
  for (const key of Reflect.ownKeys(value)) {
    yield [' (name)', key];
    // An accessor of others may do anything; `stack` and `partial` are plain fields or ours.
    yield [`.${String(key)}`, attempt(() => Reflect.get(value, key))];
  }
}

function nameOf(key: unknown): string {
  return typeof key === 'string' ? key : typeof key;
}

/** What cannot be shown shows nothing. */
function attempt(show: () => unknown): unknown {
  try {
    return show();
  } catch {
    return undefined;
  }
}
