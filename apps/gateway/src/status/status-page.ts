import type { CircuitBreakerState } from '@tako/reliability';

import { html, type Html } from './html.js';
import type { LoggedRun } from './run-log.js';
import type { RunNode } from './run-tree.js';
import { styles } from './styles.js';

/** What a tenant, or everybody, has spent today. */
export interface Spending {
  readonly who: string;
  readonly spentUsd: number;
  readonly reservedUsd: number;
  readonly maxUsd?: number | undefined;
}

/** Everything that the page shows. */
export interface Status {
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly nodeVersion: string;
  readonly models: readonly { readonly id: string; readonly kind: string; readonly description?: string | undefined }[];
  readonly providers: readonly {
    readonly name: string;
    readonly id: string;
    readonly breaker: CircuitBreakerState;
  }[];
  /** Absent where there is no budget. */
  readonly spending?: { readonly day: string; readonly accounts: readonly Spending[] } | undefined;
  readonly runs: readonly LoggedRun[];
}

/** The status page: one document without scripts, and without anything from elsewhere. */
export function statusPage(status: Status): string {
  const { models, providers, spending, runs, nowMs, startedAtMs, nodeVersion } = status;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="refresh" content="15" />
        <title>Tako gateway</title>
        <style>
          ${styles}
        </style>
      </head>
      <body>
        <header>
          <h1>Tako gateway</h1>
          <p>up ${duration(nowMs - startedAtMs)} &middot; Node ${nodeVersion} &middot; ${time(nowMs)} UTC</p>
        </header>
        <main>
          <section>
            <h2>Models</h2>
            ${table(
              ['Model', 'Kind', 'What it is'],
              models.map(
                ({ id, kind, description = '' }) =>
                  html`<tr>
                    <td><code>${id}</code></td>
                    <td>${kind}</td>
                    <td>${description}</td>
                  </tr>`,
              ),
            )}
          </section>
          <section>
            <h2>Providers</h2>
            ${table(
              ['Provider', 'Model', 'Circuit'],
              providers.map(
                ({ name, id, breaker }) =>
                  html`<tr>
                    <td>${name}</td>
                    <td><code>${id}</code></td>
                    <td>${badge(breaker)}</td>
                  </tr>`,
              ),
            )}
          </section>
          ${
            spending === undefined
              ? ''
              : html`<section class="wide">
                  <h2>Spent on ${spending.day} (UTC)</h2>
                  ${table(['Account', 'Spent', 'Reserved', 'Cap', ''], spending.accounts.map(account))}
                </section>`
          }
          <section class="wide">
            <h2>Last runs</h2>
            ${
              runs.length === 0 ? html`<p class="none">None yet.</p>` : html`${runs.map((run) => runEntry(run, nowMs))}`
            }
          </section>
        </main>
      </body>
    </html> `;
  return page.text;
}

function table(heads: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function badge(state: CircuitBreakerState): Html {
  const words = { closed: 'closed', open: 'open: left alone', half_open: 'half open: being tried' }[state];
  return html`<span class="badge ${state}">${words}</span>`;
}

function account({ who, spentUsd, reservedUsd, maxUsd }: Spending): Html {
  const bar =
    maxUsd === undefined
      ? html`<span class="none">no cap</span>`
      : html`<meter
            min="0"
            max="${maxUsd}"
            high="${maxUsd * 0.8}"
            value="${spentUsd + reservedUsd}"
            aria-label="spent and reserved of the cap"
          ></meter>
          ${percent((spentUsd + reservedUsd) / maxUsd)}`;
  return html`<tr>
    <td>${who}</td>
    <td class="number">${dollars(spentUsd)}</td>
    <td class="number">${dollars(reservedUsd)}</td>
    <td class="number">${maxUsd === undefined ? '' : dollars(maxUsd)}</td>
    <td class="bar">${bar}</td>
  </tr>`;
}

function runEntry(run: LoggedRun, nowMs: number): Html {
  const { model, tenantId, userId, startedAtMs, durationMs, outcome, isFailure, calls, tokens, costUsd, tree } = run;
  const cost = costUsd === undefined ? 'unknown price' : dollars(costUsd);
  return html`<details>
    <summary>
      <span class="badge ${isFailure ? 'open' : 'closed'}">${outcome}</span> <code>${model}</code>
      <span class="who">${tenantId} / ${userId}</span>
      <span class="figures"
        >${duration(durationMs)} &middot; ${plural(calls, 'call')} &middot; ${plural(tokens, 'token')} &middot; ${cost}
        &middot; ${duration(nowMs - startedAtMs)} ago</span
      >
    </summary>
    ${tree.length === 0 ? html`<p class="none">One call, nothing inside.</p>` : branch(tree)}
  </details>`;
}

function branch(nodes: readonly RunNode[]): Html {
  return html`<ul>
    ${nodes.map(
      ({ label, detail = '', isFailure, children }) =>
        html`<li${isFailure ? html` class="failed"` : ''}>${label} <span class="figures">${detail}</span>${
          children.length === 0 ? '' : branch(children)
        }</li>`,
    )}
  </ul>`;
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function dollars(usd: number): string {
  return `$${usd.toFixed(usd !== 0 && usd < 0.01 ? 6 : 2)}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}
