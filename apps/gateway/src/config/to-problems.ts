import type { z } from 'zod';

import { didYouMean } from './did-you-mean.js';
import { settingsAt } from './schema-at.js';

/** A problem, and the path of what it is about. */
export interface LocatedProblem {
  readonly at: readonly PropertyKey[];
  readonly message: string;
  /** Whether it is the name that is wrong, and not what stands behind it. */
  readonly isName?: boolean | undefined;
}

type Issue = z.core.$ZodIssue;

/** What is wrong, in words that say what to write instead. Values are not quoted: they may be secrets. */
export function toProblems(error: z.ZodError, config: unknown): readonly LocatedProblem[] {
  return error.issues.flatMap((issue) => toProblem(issue, [], config));
}

/** @param above the path of the union that an issue is inside of */
function toProblem(issue: Issue, above: readonly PropertyKey[], config: unknown): readonly LocatedProblem[] {
  const at = [...above, ...issue.path];
  const given = valueAt(config, at);
  const is = (message: string): LocatedProblem[] => [{ at, message }];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = settingsAt(at, config);
      return issue.keys.map((key) => ({
        at: [...at, key],
        message: `there is no such setting${didYouMean(key, known) || `; there is ${known.join(', ')}`}`,
        isName: true,
      }));
    }
    case 'invalid_union':
      return issue.discriminator === undefined
        ? fromNearest(issue.errors, at, config)
        : is(choice(given, 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : []));
    case 'invalid_value':
      return is(choice(given, issue.values.map(String)));
    case 'invalid_type':
      return is(wrongType(issue.expected, given, at));
    case 'invalid_key':
      return [{ at, message: issue.issues[0]?.message ?? issue.message, isName: true }];
    case 'too_small':
      return is(issue.origin === 'number' || issue.origin === 'int' ? atLeast(issue) : 'it is empty');
    case 'too_big':
      return is(`it may be at most ${issue.maximum}`);
    case 'invalid_format':
      return is(wrongFormat[issue.format] ?? issue.message);
    default:
      return is(issue.message);
  }
}

const wrongFormat: Readonly<Record<string, string>> = {
  url: 'it must be an address like https://host/path',
  ipv4: 'it must be an address or a network like 10.0.0.0/8',
};

/** Of several forms, the one that fewest is wrong with is what was meant. */
function fromNearest(
  errors: readonly (readonly Issue[])[],
  at: readonly PropertyKey[],
  config: unknown,
): readonly LocatedProblem[] {
  const near = errors.filter((issues) => issues.every(({ path, code }) => path.length > 0 || !isOtherKind(code)));
  const [first] = near.toSorted((one, other) => weight(one) - weight(other));
  if (first !== undefined) return first.flatMap((issue) => toProblem(issue, at, config));
  const kinds = errors.flat().flatMap((issue) => (issue.code === 'invalid_type' ? [kindOf(issue.expected)] : []));
  return [{ at, message: `it must be ${[...new Set(kinds)].join(', or ')}` }];
}

function isOtherKind(code: Issue['code']): boolean {
  return code === 'invalid_type' || code === 'invalid_value';
}

/** Settings that nobody knows say less about what was meant than one that is missing. */
function weight(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 2), 0);
}

function choice(given: unknown, known: readonly string[]): string {
  const list = known.join(', ');
  if (given === undefined || given === null) return `it is missing; it is one of ${list}`;
  return `it must be one of ${list}${typeof given === 'string' ? didYouMean(given, known) : ''}`;
}

function wrongType(expected: string, given: unknown, at: readonly PropertyKey[]): string {
  if (given === undefined) return at.length === 0 ? 'the file is empty' : 'it is missing';
  if (given === null)
    return at.length === 0 ? 'the file is empty' : 'it is empty; give it a value, or take the line away';
  const hint = hintFor(expected, given, String(at.at(-1) ?? ''));
  return `it must be ${kindOf(expected)}${hint === '' ? '' : `; ${hint}`}`;
}

function hintFor(expected: string, given: unknown, name: string): string {
  if (typeof given === 'number' && expected === 'int') return 'it has a fraction';
  if (expected === 'string' && (typeof given === 'number' || typeof given === 'boolean')) return 'put it in quotes';
  if (typeof given !== 'string') return '';
  if (['number', 'int'].includes(expected) && given.trim() !== '' && Number.isFinite(Number(given)))
    return 'take the quotes away';
  if (name.endsWith('Ms') && /^\d+ ?(ms|s|m|h|min)$/.test(given)) return 'of milliseconds, without a unit';
  if (expected === 'boolean' && /^(yes|on|y)$/i.test(given)) return 'write true';
  if (expected === 'boolean' && /^(no|off|n)$/i.test(given)) return 'write false';
  if (expected === 'array') return 'put a - before each entry, or [ ] around it';
  return '';
}

const kinds: ReadonlyMap<string, string> = new Map([
  ['int', 'a whole number'],
  ['number', 'a number'],
  ['string', 'a text'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'settings by name'],
  ['record', 'entries by name'],
]);

function kindOf(expected: string): string {
  return kinds.get(expected) ?? expected;
}

function atLeast({ minimum, inclusive = false }: z.core.$ZodIssueTooSmall): string {
  return inclusive ? `it must be at least ${minimum}` : `it must be above ${minimum}`;
}

function valueAt(config: unknown, path: readonly PropertyKey[]): unknown {
  let value = config;
  for (const key of path) value = Reflect.get(Object(value), key);
  return value;
}
