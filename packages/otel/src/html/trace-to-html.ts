import type { RunEvent } from '@tako/core';

import { readEvents } from './read-events.js';
import { traceTree, type TraceNode } from './trace-node.js';

/** What `traceToHtml` takes besides the events. */
export interface TraceToHtmlOptions {
  /** @defaultValue `Run of` and the kind of the run */
  readonly title?: string | undefined;
}

/**
 * Draws a run as one HTML page: its tree with times, tokens, cost and scores. The page loads nothing and runs no script,
 * and has a light and a dark look. It shows tasks of plans, reasons and feedback; prompts and answers are not in it.
 *
 * Events that say when they came (`timedEvents`) are drawn at their time.
 *
 * @param run events of a run, or their JSON, one a line; lines that make no sense are skipped
 * @throws `invalid` where there is no event at all.
 */
export function traceToHtml(run: string | Iterable<RunEvent>, { title }: TraceToHtmlOptions = {}): string {
  const root = traceTree(readEvents(run));
  const heading = escaped(title ?? `Run of ${root.name}`);
  const longest = longestOf(root);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${heading}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${heading}</h1>
<ul class="tree">${drawn(root, longest)}</ul>
</main>
</body>
</html>
`;
}

function drawn(node: TraceNode, longest: number): string {
  const {
    kind,
    name,
    facts,
    inside,
    startMs,
    durationMs,
    inputTokens = 0,
    outputTokens = 0,
    isFailed,
    isClosed,
  } = node;
  const { costUsd = 0, score } = node;
  const figures = [
    score === undefined ? '' : `<b class="score">${score.toFixed(2)}</b>`,
    inputTokens + outputTokens === 0 ? '' : `<span>${inputTokens} in · ${outputTokens} out</span>`,
    costUsd === 0 ? '' : `<span>$${costUsd.toFixed(costUsd < 0.01 ? 6 : 4)}</span>`,
    // These are there on each line, empty ones too, so that they stand below each other.
    `<span class="time start">${startMs === undefined ? '' : `at ${time(startMs)}`}</span>`,
    `<span class="time">${durationMs === undefined ? '' : time(durationMs)}</span>`,
    bar(startMs, durationMs, longest),
  ].join('');
  const told = facts.filter((fact) => fact !== '').map((fact) => `<small>${escaped(fact)}</small>`);
  const head = `<div class="line${isFailed ? ' failed' : ''}"><span class="kind ${kind}">${kind}</span><strong>${escaped(name)}</strong><span class="facts">${told.join(' ')}</span><span class="figures">${figures}</span></div>`;
  if (inside.length === 0) return `<li>${head}</li>`;
  const below = inside.map((one) => drawn(one, longest)).join('');
  return `<li><details${isClosed === true ? '' : ' open'}><summary>${head}</summary><ul>${below}</ul></details></li>`;
}

/** As people say it: `12 ms`, `3.40 s`, `2 min 5 s`. */
function time(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_995) return `${(ms / 1_000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Its share of the run; from where it begins, where that is known. */
function bar(startMs = 0, durationMs: number | undefined, longest: number): string {
  if (durationMs === undefined || longest === 0) return '<i class="bar none"></i>';
  const width = Math.min(100, Math.max(1, (100 * durationMs) / longest));
  const left = Math.min(100 - width, (100 * startMs) / longest);
  return `<i class="bar"><b style="margin-left:${left.toFixed(1)}%;width:${width.toFixed(1)}%"></b></i>`;
}

function longestOf({ startMs = 0, durationMs = 0, inside }: TraceNode): number {
  return inside.reduce((most, one) => Math.max(most, longestOf(one)), startMs + durationMs);
}

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

const style = `
:root { color-scheme: light dark; --ink: #1d2330; --soft: #5c6576; --page: #fff; --line: #e4e7ee; --bar: #4c7dd6; --bad: #b3261e; --chip: #eef1f7; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9f0; --soft: #9aa4b5; --page: #14171d; --line: #2a2f3a; --bar: #6f9cf0; --bad: #ff8a80; --chip: #232833; } }
body { margin: 0; background: var(--page); color: var(--ink); font: 14px/1.5 system-ui, sans-serif; }
main { max-width: 1100px; margin: 0 auto; padding: 24px 16px; }
h1 { font-size: 20px; margin: 0 0 16px; overflow-wrap: anywhere; }
ul { list-style: none; margin: 0; padding: 0 0 0 18px; border-left: 1px solid var(--line); }
ul.tree { padding: 0; border: 0; }
summary { list-style: none; cursor: pointer; }
summary::-webkit-details-marker { display: none; }
.line { display: flex; flex-wrap: wrap; gap: 2px 10px; align-items: baseline; padding: 4px 6px; border-radius: 6px; }
.line:hover { background: var(--chip); }
.kind { flex: 0 0 auto; min-width: 52px; text-align: center; font-size: 11px; padding: 0 6px; border-radius: 999px; background: var(--chip); color: var(--soft); }
details:not([open]) > summary .kind::after { content: ' +'; }
strong { overflow-wrap: anywhere; }
.facts { flex: 1 1 200px; color: var(--soft); overflow-wrap: anywhere; min-width: 0; }
small { margin-right: 8px; }
.figures { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 0 10px; align-items: center; margin-left: auto; color: var(--soft); font-variant-numeric: tabular-nums; }
.figures span { white-space: nowrap; }
.figures .time { min-width: 56px; text-align: right; }
.figures .start { min-width: 76px; }
.figures .score { color: var(--ink); }
.bar { width: 90px; height: 6px; border-radius: 3px; background: var(--line); overflow: hidden; }
.bar.none { visibility: hidden; }
.bar b { display: block; height: 100%; background: var(--bar); }
.failed strong, .failed .facts { color: var(--bad); }
.failed .bar b { background: var(--bad); }
@media (max-width: 640px) {
  main { padding: 16px 8px; }
  ul { padding-left: 8px; }
  .facts { flex-basis: 100%; }
  .facts:empty, .figures .start, .figures .time:empty, .bar.none { display: none; }
  .figures { justify-content: flex-start; margin-left: 0; }
  .figures .time { min-width: 0; }
  .bar { width: 56px; }
}
`;
