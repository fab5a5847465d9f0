import type { z } from 'zod';

/** A problem, and the path of what it is about. */
export interface LocatedProblem {
  readonly at: readonly PropertyKey[];
  readonly message: string;
}

/** What is wrong, in words that say what to write instead. Values are not quoted: they may be secrets. */
export function toProblems(error: z.ZodError, config: unknown): readonly LocatedProblem[] {
  return error.issues.flatMap((issue) => toProblem(issue, config));
}

function toProblem(issue: z.core.$ZodIssue, config: unknown): readonly LocatedProblem[] {
  const at = issue.path;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ at: [...at, key], message: 'there is no such setting' }));
    case 'invalid_union': {
      if (issue.discriminator !== undefined) {
        const choices = 'options' in issue && Array.isArray(issue.options) ? `: ${issue.options.join(', ')}` : '';
        return [{ at, message: `it must be one of the known kinds${choices}` }];
      }
      return [{ at, message: 'it has none of the forms that are possible here; see the example config' }];
    }
    case 'invalid_type':
      if (isThere(config, at)) return [{ at, message: `it must be ${article(issue.expected)}` }];
      return [{ at, message: at.length === 0 ? 'the file is empty' : 'it is missing' }];
    default:
      return [{ at, message: issue.message }];
  }
}

function isThere(config: unknown, path: readonly PropertyKey[]): boolean {
  let value: unknown = config;
  for (const key of path) value = Reflect.get(Object(value), key);
  return value !== undefined && value !== null;
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
