import type { BreakerReport } from '../build/build-gateway.js';
import { ago, dollars, duration, percent, plural, roughly, time, tokens } from './figures.js';
import type { Health } from './health.js';
import { html, Html } from './html.js';
import type { LoggedRun } from './run-log.js';
import { styles } from './styles.js';

/** What a tenant, or everybody, has used today. */
export interface Spending {
  /** A tenant; absent for all of them together. */
  readonly who: string | undefined;
  readonly spentUsd: number;
  readonly reservedUsd: number;
  readonly maxUsd?: number | undefined;
  readonly spentTokens: number;
  readonly reservedTokens: number;
  readonly maxTokens?: number | undefined;
}

/** The accounts of a day. */
interface SpendingReport {
  readonly day: string;
  readonly accounts: readonly Spending[];
  /** Accounts that are not shown, where it is above 0. */
  readonly left: number;
}

/** Everything that the page shows. */
export interface Status {
  /** Whose page it is: a tenant's; absent for an operator's. */
  readonly who?: string | undefined;
  readonly startedAtMs: number;
  readonly nowMs: number;
  /** Absent for a tenant: what the gateway runs on is for who runs it. */
  readonly nodeVersion?: string | undefined;
  readonly models: readonly {
    readonly id: string;
    readonly kind: string;
    readonly description?: string | undefined;
    readonly health: Health;
  }[];
  /** None for a tenant. */
  readonly providers: readonly {
    readonly name: string;
    readonly id: string;
    readonly health: Health;
    /** Absent where it has no circuit. */
    readonly breaker?: BreakerReport | undefined;
    readonly fallback: readonly string[];
  }[];
  /** Absent where there is no budget; `unknown` where nobody can tell now. */
  readonly spending?: 'unknown' | SpendingReport | undefined;
  readonly runs: readonly LoggedRun[];
}

/** Byte for byte what the policy of the page allows. */
const styleElement = new Html(`<style>${styles}</style>`);

/** The status page: one document without scripts, and without anything from elsewhere. */
export function statusPage(status: Status): string {
  const { who, models, providers, spending, runs, nowMs, startedAtMs, nodeVersion } = status;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="refresh" content="15" />
        <title>Tako gateway</title>
        ${styleElement}
      </head>
      <body>
        <header>
          <h1>Tako gateway</h1>
          <p>
            ${who === undefined ? 'all tenants' : html`tenant <strong>${who}</strong>`} &middot; up
            ${duration(nowMs - startedAtMs)} ${nodeVersion === undefined ? '' : html`&middot; Node ${nodeVersion}`}
            &middot; <time>${time(nowMs)} UTC</time>
          </p>
        </header>
        <main>
          <section>
            <h2>Models</h2>
            ${rows(
              models.map(
                ({ id, kind, description = '', health }) =>
                  html`<li>
                    <div class="grow"><code>${id}</code><small>${kind}${described(description)}</small></div>
                    ${pill(health, health)}
                  </li>`,
              ),
            )}
          </section>
          ${providers.length === 0 ? '' : providersSection(providers, nowMs)}
          ${spending === undefined ? '' : spendingSection(spending)}
          <section class="wide">
            <h2>Last runs</h2>
            ${
              runs.length === 0
                ? html`<p class="none">None yet. A run shows here when it has ended.</p>`
                : rows(runs.map((run) => runEntry(run, nowMs)))
            }
          </section>
        </main>
      </body>
    </html> `;
  return page.text;
}

function providersSection(providers: Status['providers'], nowMs: number): Html {
  return html`<section>
    <h2>Providers</h2>
    ${rows(
      providers.map(
        ({ name, id, health, breaker, fallback }) =>
          html`<li>
            <div class="grow">
              <code>${name}</code
              ><small>${id}${fallback.length === 0 ? '' : ` · stand-ins: ${fallback.join(', ')}`}</small>
            </div>
            ${breakerPill(breaker, health, nowMs)}
          </li>`,
      ),
    )}
  </section>`;
}

function spendingSection(spending: NonNullable<Status['spending']>): Html {
  if (spending === 'unknown') {
    return html`<section class="wide">
      <h2>Spent today</h2>
      <p class="none">It cannot be found out now: Redis is away.</p>
    </section>`;
  }
  const { day, accounts, left } = spending;
  return html`<section class="wide">
    <h2>Spent today <small>${day}, UTC</small></h2>
    ${rows(accounts.map(account))}
    ${left > 0 ? html`<p class="none">${left.toLocaleString('en')} tenants that have spent less are not shown.</p>` : ''}
  </section>`;
}

function rows(items: readonly Html[]): Html {
  return html`<ul>
    ${items}
  </ul>`;
}

function described(description: string): string {
  return description === '' ? '' : ` · ${description}`;
}

function pill(health: Health, words: string): Html {
  return html`<span class="pill ${health}">${words}</span>`;
}

function breakerPill(breaker: BreakerReport | undefined, health: Health, nowMs: number): Html {
  if (breaker === undefined) return pill(health, 'no circuit');
  const since = breaker.sinceMs === undefined ? '' : ` for ${roughly(nowMs - breaker.sinceMs)}`;
  switch (breaker.state) {
    case 'closed':
      return pill('ok', 'circuit closed');
    case 'half_open':
      return pill('degraded', `circuit half open${since}`);
    case 'open':
      return pill('down', `circuit open${since}`);
    default:
      return breaker.state satisfies never;
  }
}

function account({ who, ...used }: Spending): Html {
  const { spentUsd, reservedUsd, maxUsd, spentTokens, reservedTokens, maxTokens } = used;
  return html`<li class="account">
    <div class="grow">${who === undefined ? html`<strong>all tenants</strong>` : html`<code>${who}</code>`}</div>
    <div class="caps">
      ${cap(spentUsd, reservedUsd, maxUsd, dollars)}
      ${maxTokens === undefined ? '' : cap(spentTokens, reservedTokens, maxTokens, tokens)}
    </div>
  </li>`;
}

/** Drawn as a picture: a page with so strict a policy has no styles of its own for single bars. */
function cap(spent: number, reserved: number, max: number | undefined, shown: (value: number) => string): Html {
  const held = reserved === 0 ? '' : ` + ${shown(reserved)} reserved`;
  if (max === undefined) {
    return html`<div class="cap">
      <span class="figures">${shown(spent)}${held} <em>no cap</em></span>
    </div>`;
  }
  const share = max === 0 ? 1 : spent / max;
  const whole = max === 0 ? 1 : (spent + reserved) / max;
  const width = (of: number): string => (100 * Math.min(1, Math.max(0, of))).toFixed(2);
  const level = whole >= 1 ? 'down' : whole >= 0.8 ? 'degraded' : 'ok';
  return html`<div class="cap">
    <span class="figures">${shown(spent)}${held} of ${shown(max)} <em>${percent(whole)}</em></span>
    <svg
      class="bar ${level}"
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      role="img"
      aria-label="${percent(whole)} of the cap"
    >
      <rect class="track" width="100" height="8" />
      <rect class="reserved" width="${width(whole)}" height="8" />
      <rect class="spent" width="${width(share)}" height="8" />
    </svg>
  </div>`;
}

function runEntry(run: LoggedRun, nowMs: number): Html {
  const { id, model, tenantId, userId, startedAtMs, durationMs, outcome, isFailure, calls, tokens: used } = run;
  const cost = run.costUsd === undefined ? 'unknown price' : dollars(run.costUsd);
  const figures = [duration(durationMs), plural(calls, 'call'), ...(used === 0 ? [] : [tokens(used), cost])];
  return html`<li class="run">
    <div class="grow">
      <a href="/runs/${id}"><code>${model}</code></a
      ><small>${tenantId} / ${userId} · ${ago(nowMs - startedAtMs)}</small>
    </div>
    <span class="figures">${figures.join(' · ')}</span>
    ${pill(isFailure ? 'down' : outcome === 'left' ? 'degraded' : 'ok', outcome)}
  </li>`;
}
