import { groupBy } from '../group-by.js';
import { comparePairs } from '../compare.js';
import type { AttemptRecord, CandidateSummary, EvalReport } from '../report.js';
import type { Estimate } from '../statistics.js';
import { html, type Html } from './html.js';
import { plot } from './plot.js';
import type { PlotSeries } from './plot-lines.js';
import { styles } from './styles.js';
import { drawTree } from './tree.js';

/** Attempts that are shown one by one; more would make a page that no browser likes. */
const mostShown = 500;

/** A report as one self-contained page: no scripts, nothing from elsewhere, and whatever an answer holds stays text. */
export function reportToHtml(report: EvalReport): string {
  const { name, tasks, candidates, attempts, passScore, seed } = report;
  const all = Object.entries(candidates);
  const hasPrices = all.some(([, { meanCostUsd }]) => meanCostUsd !== undefined);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${name}</title>
        <style>
          ${styles}
        </style>
      </head>
      <body>
        <header>
          <h1>${name}</h1>
          <p class="faint">
            ${tasks} tasks, ${attempts.length} attempts; passed from a score of ${passScore} on; intervals of 95 % by
            bootstrap over tasks, seed ${seed}
          </p>
        </header>
        <main>
          <section>
            <h2>Candidates</h2>
            ${candidateTable(all)}
          </section>
          <section>
            <h2>Score against what it takes</h2>
            <div class="plots">
              ${plot({ title: 'Score against calls', xLabel: 'model calls per attempt', yLabel: 'mean score', series: pointsBy(all, ({ meanCalls }) => meanCalls), xAxis: { text: plain } })}
              ${hasPrices ? plot({ title: 'Score against price', xLabel: 'US dollars per attempt', yLabel: 'mean score', series: pointsBy(all, ({ meanCostUsd }) => meanCostUsd), xAxis: { text: dollars } }) : html`<p class="faint">No price is known.</p>`}
              ${plot({ title: 'pass@k', xLabel: 'attempts (k)', yLabel: 'share of tasks', series: all.map(([candidate, summary]) => ({ name: candidate, points: passPoints(summary) })), xAxis: { kind: 'names', names: attemptCounts(all) } })}
            </div>
          </section>
          ${
            all.length > 1
              ? html`<section>
                  <h2>Side by side, task by task</h2>
                  ${pairTable(report)}
                </section>`
              : ''
          }
          <section>
            <h2>Attempts</h2>
            ${attempts.slice(0, mostShown).map(attemptEntry)}${
              attempts.length > mostShown
                ? html`<p class="faint">${attempts.length - mostShown} further attempts are in the JSON report.</p>`
                : ''
            }
          </section>
        </main>
      </body>
    </html> `;
  return page.text;
}

function candidateTable(all: readonly (readonly [string, CandidateSummary])[]): Html {
  return html`<div class="scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Candidate</th>
          ${[
            'Score',
            'pass@1',
            'Cost',
            'Cost / attempt',
            'Calls / attempt',
            'Tokens / attempt',
            'Time, p50',
            'p95',
            'Failed',
            'Not graded',
          ].map((head) => html`<th scope="col" class="number">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${all.map(
          ([name, summary]) =>
            html`<tr>
              <td>${nameOf(name)}</td>
              ${[
                estimate(summary.score),
                summary.passAtK['1'] === undefined ? '' : estimate(summary.passAtK['1']),
                summary.costUsd === undefined ? 'not known' : dollars(summary.costUsd),
                summary.meanCostUsd === undefined ? 'not known' : dollars(summary.meanCostUsd),
                summary.meanCalls.toFixed(1),
                Math.round(summary.meanTokens).toLocaleString('en'),
                duration(summary.p50Ms),
                duration(summary.p95Ms),
                errorsOf(summary),
                String(summary.ungraded),
              ].map((cell) => html`<td class="number">${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function errorsOf({ errors }: CandidateSummary): string {
  const all = Object.entries(errors);
  return all.length === 0 ? '0' : all.map(([code, count]) => `${count} ${code}`).join(', ');
}

function pairTable(report: EvalReport): Html {
  const rows = comparePairs(report).map(
    ({ left, right, tasks, difference, wins, losses, ties }) =>
      html`<tr>
        <td>${nameOf(right)} over ${nameOf(left)}</td>
        <td class="number">${estimate(difference, true)}</td>
        <td class="number">${wins} / ${losses} / ${ties}</td>
        <td class="number">${tasks}</td>
      </tr>`,
  );
  return html`<div class="scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Pair</th>
          <th scope="col" class="number">Difference of scores</th>
          <th scope="col" class="number">better / worse / alike</th>
          <th scope="col" class="number">Tasks</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** One series for each name before `@`. */
function pointsBy(
  all: readonly (readonly [string, CandidateSummary])[],
  xOf: (summary: CandidateSummary) => number | undefined,
): readonly PlotSeries[] {
  const known = all.flatMap(([candidate, summary]) => {
    const x = xOf(summary);
    const { mean, low, high } = summary.score;
    return x === undefined || Number.isNaN(x) || Number.isNaN(mean)
      ? []
      : [
          {
            series: candidate.split('@')[0] ?? candidate,
            x,
            y: mean,
            low,
            high,
            title: `${candidate.split('@')[1] ?? ''} ${estimate(summary.score)}`.trim(),
          },
        ];
  });
  return Array.from(
    groupBy(known, ({ series }) => series),
    ([name, points]) => ({ name, points }),
  );
}

function passPoints({ passAtK }: CandidateSummary): PlotSeries['points'] {
  return Object.entries(passAtK)
    .filter(([, { mean }]) => !Number.isNaN(mean))
    .map(([k, its]) => ({
      x: Number(k) - 1,
      y: its.mean,
      low: its.low,
      high: its.high,
      title: `pass@${k} ${estimate(its)}`,
    }));
}

function attemptEntry({
  taskId,
  candidate,
  attempt,
  score,
  text,
  error,
  gradingError,
  feedback,
  stopReason,
  tree,
  costUsd,
  calls,
  durationMs,
}: AttemptRecord): Html {
  const how = error ?? (gradingError === undefined ? stopReason : 'not graded') ?? '';
  const cost = costUsd === undefined ? 'price not known' : dollars(costUsd);
  return html`<details>
    <summary>
      <strong>${taskId}</strong> ${candidate}, attempt ${attempt + 1}:
      ${score === undefined ? 'no score' : `score ${score.toFixed(2)}`}
      <span class="${error === undefined ? 'faint' : 'bad'}"
        >${how}, ${calls} ${calls === 1 ? 'call' : 'calls'}, ${cost}, ${duration(durationMs)}</span
      >
    </summary>
    ${text === '' ? '' : html`<pre>${text}</pre>`}${feedback === undefined ? '' : html`<p>${feedback}</p>`}${gradingError === undefined ? '' : html`<p class="bad">${gradingError}</p>`}${tree === undefined ? '' : drawTree(tree)}
  </details>`;
}

function estimate({ mean, low, high }: Estimate, isSigned = false): string {
  if (Number.isNaN(mean)) return 'none';
  const sign = isSigned && mean > 0 ? '+' : '';
  return `${sign}${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}

/** Two digits that count, or cents. */
function dollars(usd: number): string {
  return `$${usd === 0 ? '0' : usd < 0.1 ? usd.toPrecision(2) : usd.toFixed(2)}`;
}

function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

function plain(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** 1, 2 and so on, as far as anybody was asked. */
function attemptCounts(all: readonly (readonly [string, CandidateSummary])[]): string[] {
  const most = Math.max(1, ...all.flatMap(([, { passAtK }]) => Object.keys(passAtK).map(Number)));
  return Array.from({ length: most }, (_, at) => String(at + 1));
}

/** A name in one piece, or in lines where it is too long: what tells it from others may be its end. */
function nameOf(candidate: string): Html {
  return html`<span class="name">${candidate}</span>`;
}
