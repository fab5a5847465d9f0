import { isNode, LineCounter, parseDocument } from 'yaml';

import { ConfigError } from './config-error.js';

/** Line and column, from 1 on. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Many aliases of aliases make a small file a large config; no honest one has so many. */
const maxAliases = 100;

/**
 * Reads YAML (JSON is some), and remembers where each part stands.
 *
 * @throws ConfigError with the line, for text that is no YAML and for keys that stand twice
 */
export function readYaml(
  text: string,
  file: string,
): { value: unknown; positionOf: (path: readonly PropertyKey[]) => Position | undefined } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, strict: true });
  if (document.errors.length > 0) {
    throw new ConfigError(
      file,
      document.errors.map(({ message, pos }) => ({ path: '', message, ...at(lines, pos[0]) })),
    );
  }
  const positionOf = (path: readonly PropertyKey[]): Position | undefined => {
    // What is missing has no place of its own: then it is that of what it is missing in.
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return at(lines, node.range[0]);
    }
    return undefined;
  };
  try {
    return { value: document.toJS({ maxAliasCount: maxAliases }), positionOf };
  } catch {
    throw new ConfigError(file, [{ path: '', message: `it has more than ${maxAliases} aliases` }]);
  }
}

function at(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
