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
  const { kind, name, facts, inside, durationMs, inputTokens, outputTokens, costUsd, score, isFailed } = node;
  const share = durationMs === undefined || longest === 0 ? undefined : Math.max(1, (100 * durationMs) / longest);
  const figures = [
    score === undefined ? '' : `<span class="score">${score.toFixed(2)}</span>`,
    inputTokens === undefined ? '' : `<span>${inputTokens} in · ${outputTokens ?? 0} out</span>`,
    costUsd === undefined ? '' : `<span>$${costUsd.toFixed(costUsd < 0.01 ? 6 : 4)}</span>`,
    durationMs === undefined ? '' : `<span>${Math.round(durationMs)} ms</span>`,
    share === undefined ? '' : `<i class="bar"><b style="width:${share.toFixed(1)}%"></b></i>`,
  ].join('');
  const told = facts.filter((fact) => fact !== '').map((fact) => `<small>${escaped(fact)}</small>`);
  const head = `<div class="line${isFailed ? ' failed' : ''}"><span class="kind ${kind}">${kind}</span><strong>${escaped(name)}</strong><span class="facts">${told.join(' ')}</span><span class="figures">${figures}</span></div>`;
  if (inside.length === 0) return `<li>${head}</li>`;
  const below = inside.map((one) => drawn(one, longest)).join('');
  return `<li><details open><summary>${head}</summary><ul>${below}</ul></details></li>`;
}

function longestOf({ durationMs = 0, inside }: TraceNode): number {
  return inside.reduce((most, one) => Math.max(most, longestOf(one)), durationMs);
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
.line { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: baseline; padding: 4px 6px; border-radius: 6px; }
.line:hover { background: var(--chip); }
.kind { flex: 0 0 auto; min-width: 56px; text-align: center; font-size: 11px; padding: 0 6px; border-radius: 999px; background: var(--chip); color: var(--soft); }
strong { overflow-wrap: anywhere; }
.facts { flex: 1 1 200px; color: var(--soft); overflow-wrap: anywhere; min-width: 0; }
small { margin-right: 8px; }
.figures { display: flex; gap: 10px; align-items: center; margin-left: auto; color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; }
.figures .score { color: var(--ink); font-weight: 600; }
.bar { width: 90px; height: 6px; border-radius: 3px; background: var(--line); overflow: hidden; }
.bar b { display: block; height: 100%; background: var(--bar); }
.failed strong, .failed .facts { color: var(--bad); }
`;
