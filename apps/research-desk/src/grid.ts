import { accountOf, type Progress } from './progress.js';
import { padded, shorten, wrapped } from './text-width.js';

const leastColumns = 30;
const gap = 2;
/** Lines of a cell below its heading. */
const shownLines = 4;

/** Marks text for people: `bold`, `dim`, a colour; or nothing, where none are wanted. */
export type Style = (style: 'bold' | 'cyan' | 'dim' | 'green' | 'red', text: string) => string;

/** All of them side by side, as many in a row as there is room for; each cell says what was done last. */
export function gridOf(all: readonly Progress[], columns: number, nowMs: number, style: Style): string[] {
  const perRow = Math.max(1, Math.min(all.length, Math.floor((columns + gap) / (leastColumns + gap))));
  const width = Math.max(10, Math.floor((columns + gap) / perRow) - gap);
  const rows: string[] = [];
  for (let at = 0; at < all.length; at += perRow) {
    const cells = all.slice(at, at + perRow).map((progress) => cellOf(progress, width, nowMs, style));
    if (at > 0) rows.push('');
    for (let line = 0; line < shownLines + 2; line++) {
      rows.push(
        cells
          .map((cell) => cell[line] ?? '')
          .join(' '.repeat(gap))
          .trimEnd(),
      );
    }
  }
  return rows;
}

function cellOf(progress: Progress, width: number, nowMs: number, style: Style): string[] {
  const { name, ending, lines, text, answer } = progress;
  const hasFailed = ending !== undefined && answer === '';
  const title = ending === undefined ? `${name} …` : `${name} ${hasFailed ? '✗' : '✓'} ${inWords[ending] ?? ending}`;
  const growing = text === '' || ending !== undefined ? [] : [`“${shortEnd(text, width - 2)}`];
  // Who had nothing to tell on the way has room for what it says.
  const said =
    answer === '' || lines.length >= shownLines
      ? []
      : wrapped(answer.trim(), width).slice(0, shownLines - lines.length);
  const told = [...lines, ...said, ...growing].slice(-shownLines);
  return [
    style(ending === undefined ? 'bold' : hasFailed ? 'red' : 'green', padded(shorten(title, width), width)),
    style('cyan', padded(shorten(accountOf(progress, nowMs), width), width)),
    ...told.map((line) => style('dim', padded(shorten(line, width), width))),
    ...Array.from({ length: shownLines - told.length }, () => ' '.repeat(width)),
  ];
}

/** How a run ended, for people. */
const inWords: Readonly<Record<string, string>> = {
  final: 'done',
  max_steps: 'best of its tries',
  budget: 'best for the money',
  guard: 'best, unjudged',
};

/** The end of a text that still grows: what was said last. */
function shortEnd(text: string, width: number): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= width ? line : `…${line.slice(1 - width)}`;
}
