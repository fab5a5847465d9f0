/** Strings, and what structures JSON. The text has been parsed before: what else there is does not matter. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/**
 * Parses JSON whose objects have no name twice, nor one called `__proto__`.
 *
 * `JSON.parse` keeps the last of two and other parsers the first: a token would mean one thing here and another elsewhere.
 * RFC 7515, section 4, and RFC 7519, section 4, have such tokens refused.
 *
 * @throws `SyntaxError`, which may quote the text
 */
export function parseUniqueJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  /** The names of each object that is open; `undefined` for a list. */
  const open: (Set<unknown> | undefined)[] = [];
  let last = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') addName(open.at(-1), last);
    else last = token;
  }
  return value;
}

/** A name may be written in many ways: `"exp"` is `"\u0065xp"`. */
function addName(names: Set<unknown> | undefined, text: string): void {
  const name: unknown = JSON.parse(text);
  if (name === '__proto__' || names?.has(name) === true) throw new SyntaxError('a name stands twice, or is __proto__');
  names?.add(name);
}
