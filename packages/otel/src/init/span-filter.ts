import { invalidOptions, type SpanKind } from '@tako/core';

/** From what matters most to what matters least. */
const levels = ['off', 'error', 'warn', 'info', 'debug', 'trace'] as const;
/** How much somebody wants to hear. */
type Level = (typeof levels)[number];

/** The level of a kind of span: what people ask for is `info`, how it came about is `debug`. */
const kindLevels: { readonly [Kind in SpanKind]: Level } = {
  run: 'info',
  model_call: 'info',
  tool: 'info',
  mcp_call: 'info',
  server_request: 'info',
  branch: 'info',
  recursion: 'info',
  search_iteration: 'info',
  step: 'debug',
  router: 'debug',
  verifier: 'debug',
  guard: 'debug',
  policy: 'debug',
  budget: 'debug',
  secret: 'debug',
  auth: 'debug',
};

/** Which kinds of spans are wanted. */
export interface SpanFilter {
  readonly isWanted: (kind: SpanKind) => boolean;
  /** The level of a kind, for a log. */
  readonly levelOf: (kind: SpanKind) => Level;
}

/**
 * Reads directives like `tako=debug,info`: levels, separated by commas, each for everything or for a target. Targets are
 * `tako`, and `tako.` and a kind of span, as in `tako.tool=off`; the longest target that fits counts. What has another
 * target is another library's, and says nothing here.
 *
 * @throws `invalid` for a level that there is not.
 */
export function spanFilter(directives: string): SpanFilter {
  const wanted = new Map<string, Level>();
  for (const directive of directives.split(',').map((one) => one.trim())) {
    if (directive === '') continue;
    const at = directive.lastIndexOf('=');
    const target = at < 0 ? '' : directive.slice(0, at).trim();
    const level = directive
      .slice(at + 1)
      .trim()
      .toLowerCase();
    if (!isLevel(level)) {
      throw invalidOptions('filter', `"${level.slice(0, 40)}" is no level; the levels are ${levels.join(', ')}`);
    }
    wanted.set(target, level);
  }
  const levelFor = (kind: SpanKind): Level =>
    wanted.get(`tako.${kind}`) ?? wanted.get('tako') ?? wanted.get('') ?? 'off';
  const kinds = Object.keys(kindLevels) as SpanKind[]; // the keys that its type names
  const unwanted = new Set(kinds.filter((kind) => levels.indexOf(kindLevels[kind]) > levels.indexOf(levelFor(kind))));
  return {
    isWanted: (kind) => !unwanted.has(kind),
    levelOf: (kind) => kindLevels[kind],
  };
}

function isLevel(text: string): text is Level {
  return levels.some((level) => level === text);
}
