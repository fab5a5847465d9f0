import {
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
  type YAMLParseError,
} from 'yaml';

import { ConfigError } from './config-error.js';

/** Line and column, from 1 on. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a part stands: what is behind a name, or the name itself. */
export type PositionOf = (path: readonly PropertyKey[], isName?: boolean) => Position | undefined;

/** Many aliases of aliases make a small file a large config; no honest one has so many. */
const maxAliases = 100;

/**
 * Reads YAML (JSON is some), and remembers where each part stands.
 *
 * @throws ConfigError with the line, for text that is no YAML and for keys that stand twice
 */
export function readYaml(text: string, file: string): { value: unknown; positionOf: PositionOf } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, strict: true });
  if (document.errors.length > 0) {
    throw new ConfigError(
      file,
      document.errors.map((error) => ({ path: '', message: explained(error), ...at(lines, error.pos[0]) })),
    );
  }
  const positionOf: PositionOf = (path, isName = false) => {
    // What is missing has no place of its own: then it is that of what it is missing in, which its name is nearest to.
    for (let length = path.length; length >= 0; length--) {
      const part = path.slice(0, length);
      const node = document.getIn(part, true);
      if (!isNode(node) || !node.range) continue;
      const name = isName || (length < path.length && isCollection(node)) ? nameOf(document, part) : undefined;
      return at(lines, name ?? node.range[0]);
    }
    return undefined;
  };
  try {
    return { value: document.toJS({ maxAliasCount: maxAliases }), positionOf };
  } catch {
    throw new ConfigError(file, [{ path: '', message: `it has more than ${maxAliases} aliases` }]);
  }
}

/** What the parser says, and what is mostly the reason. */
function explained({ code, message }: YAMLParseError): string {
  switch (code) {
    case 'BLOCK_IN_FLOW':
      return `${message}; a value with ": " in it wants quotes`;
    case 'TAB_AS_INDENT':
      return `${message}; use spaces`;
    case 'BAD_INDENT':
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return `${message}; entries that belong together begin at the same column`;
    default:
      return message;
  }
}

/** Where the name of an entry begins; `undefined` for one of a list, and for the whole. */
function nameOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const map = document.getIn(path.slice(0, -1), true);
  if (path.length === 0 || !isMap(map)) return undefined;
  const pair = map.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
  return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
}

function at(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
