/** So many steps of an engine that goes back and tries again take some ten milliseconds. */
const mostSteps = 1e7;

/**
 * Whether a text matches a pattern of a foreign schema: clients and MCP servers bring them, and one that takes for ever would
 * stop the process. A pattern that this engine cannot read, or that may take long over this text, accepts everything.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  try {
    return mayTakeLong(pattern, text.length) || new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

/**
 * A group that repeats may hold repeats itself. Each other repeat and choice may end at any character, and the whole begin at
 * any. What stands in classes and behind backslashes is counted too: too much is no harm.
 */
function mayTakeLong(pattern: string, length: number): boolean {
  return /\)[*+{]/.test(pattern) || length ** pattern.split(/[*+?|,]/).length > mostSteps;
}
