import {
  anonymous,
  costUsd,
  isTakoError,
  noUsage,
  wrapProvider,
  type ModelCall,
  type Orchestrator,
  type Principal,
  type Provider,
  type RunEvent,
} from '@tako/core';
import { relayStream } from '@tako/core/provider';

import type { Target } from '../build/models.js';
import { WordlessTrace } from './wordless-trace.js';

/** One run as the status page shows it: no word of what was asked or answered. */
export interface LoggedRun {
  /** For the address of its page. */
  readonly id: string;
  readonly model: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** How it ended: a stop reason, an error code, or `left` where the client went away. */
  readonly outcome: string;
  readonly isFailure: boolean;
  readonly calls: number;
  readonly tokens: number;
  /** In US dollars; absent where a price is not known. */
  readonly costUsd: number | undefined;
  /** Its events without their words. */
  readonly trace: Pick<WordlessTrace, 'lines'>;
}

/** Remembers the last runs, and who made them. */
export class RunLog {
  readonly #keep: number;
  readonly #now: () => number;
  readonly #runs: LoggedRun[] = [];
  readonly #tenants = new Set<string>();

  /** @param keep how many runs */
  constructor(keep = 50, now: () => number = Date.now) {
    this.#keep = keep;
    this.#now = now;
  }

  /** Newest first. */
  get runs(): readonly LoggedRun[] {
    return this.#runs.toReversed();
  }

  /** Tenants that have made a run since the start, at most a thousand. */
  get tenants(): readonly string[] {
    return [...this.#tenants].toSorted();
  }

  /** One of them. */
  find(id: string): LoggedRun | undefined {
    return this.#runs.find((run) => run.id === id);
  }

  /** The same target, its runs remembered. */
  observed(model: string, target: Target): Target {
    return 'kind' in target ? this.#observedRun(model, target) : this.#observedCalls(model, target);
  }

  #observedRun(model: string, target: Orchestrator): Orchestrator {
    const begin = (principal: Principal | undefined): Entry => new Entry(model, principal ?? anonymous, this.#now());
    const note = (entry: Entry, outcome: string, isFailure: boolean): void => {
      this.#note(entry.end(this.#now(), outcome, isFailure));
    };
    const stream: Orchestrator['stream'] = async function* (input, options) {
      const entry = begin(options?.principal);
      let outcome = 'left';
      let isFailure = false;
      try {
        for await (const event of target.stream(input, options)) {
          entry.hear(event);
          if (event.type === 'finish') outcome = event.result.stopReason;
          yield event;
        }
      } catch (error) {
        isFailure = !isTakoError(error, 'cancelled');
        outcome = isTakoError(error) ? error.code : 'internal';
        throw error;
      } finally {
        note(entry, outcome, isFailure);
      }
    };
    return {
      contract: 1,
      kind: target.kind,
      stream,
      async run(input, options) {
        for await (const event of stream(input, options)) if (event.type === 'finish') return event.result;
        throw new Error('the run ended without its end'); // against the contract of orchestrators
      },
    };
  }

  #observedCalls(model: string, target: Provider): Provider {
    return wrapProvider(target, (request, call) => {
      const startedAtMs = this.#now();
      const entry = new Entry(model, call.principal, startedAtMs);
      entry.hear({ type: 'run_start', runId: call.runId, kind: 'model' });
      let { price, id: providerId } = target;
      const end = (outcome: string, usage: ModelCall['usage'] | undefined, isFailure = false): void => {
        const cost = price === undefined || usage === undefined ? undefined : costUsd(usage, price);
        const durationMs = this.#now() - startedAtMs;
        const made = { step: 0, branch: 0, providerId, usage: usage ?? noUsage, costUsd: cost, durationMs };
        entry.hear({ type: 'model_call', step: 0, branch: 0, call: made });
        this.#note(entry.end(startedAtMs + durationMs, outcome, isFailure));
      };
      return relayStream({
        open: () => Promise.resolve({ events: target.stream(request, call) }),
        onEvent: (event) => {
          if (event.type === 'start' && event.answeredBy !== undefined)
            ({ price = price, id: providerId } = event.answeredBy);
        },
        onFinish: ({ finishReason, usage }) => {
          end(finishReason, usage);
        },
        onFail: (error) => {
          const code = isTakoError(error) ? error.code : 'internal';
          end(code, isTakoError(error) ? error.partial?.usage : undefined, code !== 'cancelled');
          return error;
        },
        onLeave: () => {
          end('left', undefined);
        },
      });
    });
  }

  #note(run: LoggedRun): void {
    this.#runs.push(run);
    if (this.#runs.length > this.#keep) this.#runs.shift();
    if (this.#tenants.size < 1_000) this.#tenants.add(run.tenantId);
  }
}

/** A run that is under way. */
class Entry {
  readonly #model: string;
  readonly #principal: Principal;
  readonly #startedAtMs: number;
  readonly #trace = new WordlessTrace();
  #calls = 0;
  #tokens = 0;
  #costUsd: number | undefined = 0;

  constructor(model: string, principal: Principal, startedAtMs: number) {
    this.#model = model;
    this.#principal = principal;
    this.#startedAtMs = startedAtMs;
  }

  hear(event: RunEvent): void {
    this.#trace.hear(event);
    if (event.type === 'model_call') this.book(event.call);
  }

  book({ usage, costUsd: cost }: ModelCall): void {
    this.#calls++;
    this.#tokens += usage.inputTokens + usage.outputTokens;
    this.#costUsd = cost === undefined || this.#costUsd === undefined ? undefined : this.#costUsd + cost;
  }

  end(nowMs: number, outcome: string, isFailure: boolean): LoggedRun {
    const { tenantId, userId } = this.#principal;
    if (isFailure) this.#trace.fail(outcome);
    return {
      id: crypto.randomUUID(),
      model: this.#model,
      tenantId,
      userId,
      startedAtMs: this.#startedAtMs,
      durationMs: nowMs - this.#startedAtMs,
      outcome,
      isFailure,
      calls: this.#calls,
      tokens: this.#tokens,
      costUsd: this.#costUsd,
      trace: this.#trace,
    };
  }
}
