import type { Style } from './grid.js';
import { inUsd } from './progress.js';
import { padded, shorten, widthOf, wrapped } from './text-width.js';

/** What one of them came to. */
export interface Outcome {
  readonly name: string;
  /** The answer; '' where there is none. */
  readonly answer: string;
  /** The judge's, 0 to 1; absent where there is no answer, or no verdict. */
  readonly score?: number | undefined;
  /** How it ended: a `stopReason`, or the code of an error. */
  readonly ending: string;
  readonly calls: number;
  readonly tokens: number;
  readonly usd?: number | undefined;
  readonly seconds: number;
}

const headings = ['', 'score', 'calls', 'tokens', 'USD', 'time', 'ended', 'answer'] as const;

/** The table of all, then every answer in full; where the table has no room, one block for each. */
export function resultLines(outcomes: readonly Outcome[], columns: number, style: Style): string[] {
  const rows = outcomes.map((outcome) => cellsOf(outcome));
  const widths = headings
    .slice(0, -1)
    .map((heading, at) => Math.max(...[heading, ...rows.map((row) => row[at] ?? '')].map(widthOf)));
  const used = widths.reduce((sum, width) => sum + width + 2, 0);
  const best = Math.max(...outcomes.map(({ score = -1 }) => score));
  const table =
    used > columns
      ? outcomes.flatMap((outcome, at) => [
          style('bold', outcome.name),
          ...headings
            .slice(1, -1)
            .map((heading, cell) => `  ${shorten(`${heading} ${rows[at]?.[cell + 1] ?? ''}`, columns - 2)}`),
        ])
      : [
          style('dim', rowOf([...headings], widths, columns - used)),
          ...rows.map((row, at) => {
            const line = rowOf(row, widths, columns - used);
            return best >= 0 && outcomes[at]?.score === best ? style('green', line) : line;
          }),
        ];
  const answers = outcomes.flatMap(({ name, answer }) => [
    '',
    style('bold', name),
    ...(answer === '' ? ['(no answer)'] : wrapped(answer.trim(), columns)),
  ]);
  return [...table, ...answers];
}

function cellsOf({ name, score, calls, tokens, usd, seconds, ending, answer }: Outcome): string[] {
  const figures = [
    score === undefined ? '–' : score.toFixed(2),
    String(calls),
    String(tokens),
    inUsd(usd),
    `${seconds.toFixed(1)} s`,
  ];
  return [name, ...figures, ending, answer];
}

function rowOf(cells: readonly string[], widths: readonly number[], left: number): string {
  const line = widths
    .map((width, at) => padded(cells[at] ?? '', width, at === 0 || at === 6 ? 'right' : 'left'))
    .join('  ');
  const answer = left >= 15 ? `  ${shorten(cells.at(-1) ?? '', left)}` : '';
  return (line + answer).trimEnd();
}
