import type { RunEvent } from '@tako/core';

/** A run of ten thousand steps must not fill the memory, nor the page. */
const maxEvents = 500;

/**
 * Keeps what happened in a run, for `traceToHtml` to draw, and no word of it: neither questions and answers nor
 * what was made of them, such as tasks of a plan, reasons of a router and feedback of a judge.
 */
export class WordlessTrace {
  readonly #events: object[] = [];
  #left = 0;

  hear(event: RunEvent): void {
    const kept = wordless(event);
    if (kept === undefined) return;
    // Its last event has the sum of a run, however long it was.
    if (this.#events.length < maxEvents || event.type === 'finish') this.#events.push(kept);
    else this.#left++;
  }

  /** The failure that ended the run. */
  fail(code: string): void {
    this.#events.push({ type: 'warning', step: 0, branch: 0, code, message: 'it ended the run' });
  }

  /** A line of JSON for each event: made when somebody looks, which is seldom. */
  get lines(): string {
    const message = `${this.#left} further events are not kept`;
    const cut = this.#left === 0 ? [] : [{ type: 'warning', step: 0, branch: 0, code: 'cut', message }];
    return [...this.#events, ...cut].map((event) => JSON.stringify(event)).join('\n');
  }
}

/** An event without the words in it; `undefined` for one that has nothing else. */
function wordless(event: RunEvent): object | undefined {
  switch (event.type) {
    case 'run_start':
    case 'model_call':
    case 'step_end':
    case 'recursion':
      return event;
    case 'step_start': {
      const { type, step, branch, providerId } = event;
      return { type, step, branch, providerId };
    }
    case 'tool_call_result':
      return { ...event, content: [] };
    case 'warning':
      return { ...event, message: '' };
    case 'plan':
      return { ...event, plan: { steps: event.plan.steps.map(({ worker, reads }) => ({ worker, reads, task: '' })) } };
    case 'route':
      return { ...event, reason: '' };
    case 'branch_start': {
      const { type, step, branch, name } = event;
      return { type, step, branch, name };
    }
    case 'branch_event': {
      const inside = wordless(event.event);
      return inside && { ...event, event: inside };
    }
    case 'branch_end':
      return { ...event, text: '' };
    case 'verifier_score': {
      // An answer that still grows is scored again and again.
      const { type, step, branch, score, isPartial } = event;
      return isPartial ? undefined : { type, step, branch, score, isPartial };
    }
    case 'finish': {
      const { usage, costUsd, stopReason } = event.result;
      return { type: 'finish', result: { usage, costUsd, stopReason } };
    }
    default: // deltas, and kinds that are newer than this file: they may hold words
      return undefined;
  }
}
