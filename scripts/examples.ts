/** A block of code on a page. */
export interface Example {
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly code: string;
}

/** The blocks that a page fences as `ts`. */
export function examplesOf(markdown: string): Example[] {
  const lines = markdown.split('\n');
  const examples: Example[] = [];
  let start: number | undefined;
  for (const [at, line] of lines.entries()) {
    if (start === undefined && line.trimEnd() === '```ts') start = at + 1;
    else if (start !== undefined && line.startsWith('```')) {
      examples.push({ line: start + 1, code: lines.slice(start, at).join('\n') });
      start = undefined;
    }
  }
  return examples;
}
