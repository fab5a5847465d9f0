/** A file or folder that a result tells of. */
export interface Entry {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'unknown';
  /** Size in bytes, where the result tells it. */
  readonly bytes?: number | undefined;
  /** How far `bytes` may be off, where the result rounds: "1.23 KB". */
  readonly roughBytes?: number | undefined;
}

/**
 * Files and folders out of a result: lines with `[FILE]` and `[DIR]`, a JSON tree of `name` and `children`, or one
 * absolute path a line.
 *
 * @param folder the folder that was listed; names are put below it
 * @returns `undefined` when the text is no listing
 */
export function readEntries(text: string, folder: string): Entry[] | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 1 && /^no (?:matches|files|results|entries)\b/i.test(lines[0] ?? '')) return [];
  return readTagged(lines, folder) ?? readTree(text, folder) ?? readPathLines(lines);
}

function readTagged(lines: readonly string[], folder: string): Entry[] | undefined {
  const entries: Entry[] = [];
  for (const line of lines) {
    const match = /^\[(FILE|DIR)\]\s+(.*?)\s*(?:\s(\d+(?:\.\d+)?)\s([KMGT]?)B)?\s*$/.exec(line);
    if (match === null) continue;
    const [, tag, name = '', figure, unit = ''] = match;
    const path = join(folder, name);
    if (tag === 'DIR') entries.push({ path, kind: 'directory' });
    else entries.push({ path, kind: 'file', ...readSize(figure, unit) });
  }
  return entries.length > 0 ? entries : undefined;
}

function readSize(figure: string | undefined, unit: string): Pick<Entry, 'bytes' | 'roughBytes'> {
  if (figure === undefined) return {};
  const scale = 1024 ** ['', 'K', 'M', 'G', 'T'].indexOf(unit);
  const decimals = figure.split('.')[1]?.length ?? 0;
  return { bytes: Number(figure) * scale, roughBytes: scale === 1 ? 0 : (scale * 10 ** -decimals) / 2 };
}

interface Node {
  readonly name: string;
  readonly children?: readonly unknown[];
}

function readTree(text: string, folder: string): Entry[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch {
    return undefined; // text that only begins like a list
  }
  return Array.isArray(tree) && tree.every(isNode) ? tree.flatMap((node) => walk(node, folder)) : undefined;
}

function walk({ name, children }: Node, folder: string): Entry[] {
  const path = join(folder, name);
  if (children === undefined) return [{ path, kind: 'file' }];
  return [{ path, kind: 'directory' }, ...children.filter(isNode).flatMap((child) => walk(child, path))];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}

function readPathLines(lines: readonly string[]): Entry[] | undefined {
  const [first = '', ...rest] = lines;
  const paths = first.endsWith(':') ? rest : lines; // "Allowed directories:" stands above its list
  if (paths.length === 0 || !paths.every((line) => /^(?:\/|[A-Za-z]:\\)\S/.test(line))) return undefined;
  return paths.map((path) => ({ path, kind: 'unknown' }));
}

function join(folder: string, name: string): string {
  return folder === '.' || folder === '' ? name : `${folder.replace(/[/\\]$/, '')}/${name}`;
}
