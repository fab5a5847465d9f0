import type { Experiment, ExperimentOptions, Findings } from './experiment.ts';

/** What an experiment came to, as text for docs/experiments.md. */
export function sectionOf(experiment: Experiment, findings: Findings, { seed }: ExperimentOptions): string {
  const { id, title, question } = experiment;
  const { table, bars, charts, notes } = findings;
  const [headings = [], ...rows] = table;
  const lines = [headings, headings.map((_, at) => (at === 0 ? '---' : '--:')), ...rows].map(row);
  const verdicts = bars.map(
    ({ claim, seen, holds, reason }) =>
      `- ${holds ? 'Holds' : '**Does not hold**'}: ${claim}. Seen: ${seen}.${holds || reason === undefined ? '' : ` Why: ${reason}`}`,
  );
  return [
    `## ${id}: ${title}`,
    question,
    lines.join('\n'),
    ...charts.map((chart) => `![${chart.title}](experiments/${chart.name}.svg)`),
    verdicts.join('\n'),
    ...notes,
    `Seed ${seed}. Run it: \`pnpm experiments ${id}\`.`,
  ].join('\n\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/**
 * The page with this section in place of the one between its markers. A page that has no such markers gets them after the
 * section of the experiment with the next lower number.
 */
export function withSection(page: string, id: string, section: string): string {
  const whole = `${beginOf(id)}\n\n${section}\n\n${endOf(id)}`;
  const [begin, end] = [page.indexOf(beginOf(id)), page.indexOf(endOf(id))];
  if (begin >= 0 && end > begin) return page.slice(0, begin) + whole + page.slice(end + endOf(id).length);
  const before = [...page.matchAll(/<!-- end (\w+) -->/g)].findLast(([, other = '']) => numberOf(other) < numberOf(id));
  const first = page.indexOf('<!-- begin ');
  if (before !== undefined) {
    const at = before.index + before[0].length;
    return `${page.slice(0, at)}\n\n${whole}${page.slice(at)}`;
  }
  if (first >= 0) return `${page.slice(0, first)}${whole}\n\n${page.slice(first)}`;
  return `${page.trimEnd()}\n\n${whole}\n`;
}

function beginOf(id: string): string {
  return `<!-- begin ${id} -->`;
}

function endOf(id: string): string {
  return `<!-- end ${id} -->`;
}

/** 8 of `E8`: E10 comes after E9. */
export function numberOf(id: string): number {
  return Number(/\d+/.exec(id)?.[0] ?? 0);
}
