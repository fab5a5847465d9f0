/** JSON text read, or what is wrong with it. */
export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

/** Reads JSON text. Never throws. */
export function parseJson(text: string): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : 'it is not JSON' };
  }
}

/** Reads the arguments of a tool call. Nothing at all is what models send for tools that take none. */
export function parseArguments(text: string): ParsedJson {
  return text.trim() === '' ? { ok: true, value: {} } : parseJson(text);
}

/**
 * Reads JSON that a model was asked for: the text itself, or the first fenced block in it, or the text from the first
 * bracket to the last. Models like to wrap what they were asked to write bare.
 */
export function parseModelJson(text: string): ParsedJson {
  const bare = parseJson(text.trim());
  if (bare.ok) return bare;
  const fence = text.indexOf('```');
  const inner = text.indexOf('\n', fence);
  const fenceEnd = text.indexOf('```', inner);
  if (fence >= 0 && inner >= 0 && fenceEnd > inner) {
    const inFence = parseJson(text.slice(inner, fenceEnd));
    if (inFence.ok) return inFence;
  }
  const from = text.search(/[[{]/);
  const to = Math.max(text.lastIndexOf(']'), text.lastIndexOf('}'));
  const inBrackets = from >= 0 && to > from ? parseJson(text.slice(from, to + 1)) : bare;
  return inBrackets.ok ? inBrackets : bare;
}
