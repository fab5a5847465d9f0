import type { RunEvent } from '@tako/core';

import { expectEqual, expectThat, shown } from '../conformance/bench/expectation.js';

/** What is known of the run whose events are looked at. */
export interface RuledRun {
  /** What the run is, where that is known. */
  readonly kind?: string | undefined;
  /** Whether its beginning was told in an earlier part. */
  readonly isResumed: boolean;
  /** Whether it is told of inside of another run. */
  readonly isInside: boolean;
}

/** Takes the events of a run, one after the other, and throws at the first that breaks what `RunEvent` promises. */
export class EventRules {
  readonly #run: RuledRun;
  readonly #branches = new Map<string, EventRules | 'ended'>();
  readonly #arguments = new Map<string, string>();
  readonly #ended = new Set<string>();
  readonly #answered = new Set<string>();
  #place: 'before' | 'under_way' | 'over' = 'before';
  #step = -1;
  #isInStep = false;
  #text = '';

  constructor(run: RuledRun) {
    this.#run = run;
  }

  /** @throws an `Error` that names the rule. */
  take(event: RunEvent): void {
    const { type } = event;
    if (!this.#run.isInside) expectThat(isPlainJson(event), `${type} is no plain JSON: ${shown(event)}`);
    expectThat(this.#place !== 'over', `${type} came after finish`);
    expectThat((type === 'run_start') === (this.#place === 'before'), 'the first event, and no other, is run_start');
    this.#place = 'under_way';
    switch (event.type) {
      case 'run_start':
        if (this.#run.kind !== undefined) expectEqual(event.kind, this.#run.kind, 'the kind in run_start');
        break;
      case 'step_start':
        expectThat(!this.#isInStep, `step ${event.step} started inside of another`);
        expectThat(event.step > this.#step, `step ${event.step} started after step ${this.#step}`);
        this.#step = event.step;
        this.#isInStep = true;
        break;
      case 'step_end':
        expectThat(this.#isInStep || this.#run.isResumed, `step ${event.step} ended and had not started`);
        this.#isInStep = false;
        break;
      case 'text_delta':
        this.#text += event.text;
        break;
      case 'tool_call_start':
        expectThat(!this.#arguments.has(event.toolCallId), `the tool call id ${event.toolCallId} came twice`);
        this.#arguments.set(event.toolCallId, '');
        break;
      case 'tool_call_delta':
        this.#arguments.set(event.toolCallId, `${this.#arguments.get(event.toolCallId)}${event.argumentsDelta}`);
        break;
      case 'tool_call_end':
        expectEqual(this.#arguments.get(event.toolCallId), event.arguments, 'the deltas of a tool call, joined');
        this.#ended.add(event.toolCallId);
        break;
      case 'tool_call_result':
        expectThat(this.#run.isResumed || this.#ended.has(event.toolCallId), 'a tool result came before its call');
        expectThat(!this.#answered.has(event.toolCallId), `the tool call ${event.toolCallId} has two results`);
        this.#answered.add(event.toolCallId);
        break;
      case 'model_call':
        expectThat(!this.#run.isInside, 'a model_call was told inside of a branch_event');
        expectEqual([event.step, event.branch], [event.call.step, event.call.branch], 'the place of a model_call');
        break;
      case 'verifier_score':
        expectThat(event.score >= 0 && event.score <= 1, `a score is 0 to 1, not ${event.score}`);
        break;
      case 'branch_start':
      case 'branch_event':
      case 'branch_end':
        this.#takeBranch(event);
        break;
      case 'finish':
        this.#finish(event);
        break;
      case 'reasoning_delta':
      case 'output_partial':
      case 'warning':
      case 'plan':
      case 'route':
      case 'recursion':
        break;
      default:
        event satisfies never; // consumers ignore kinds that they do not know
    }
  }

  #takeBranch(event: Extract<RunEvent, { readonly type: 'branch_start' | 'branch_event' | 'branch_end' }>): void {
    const key = `${event.step}.${event.branch}`;
    const inside = this.#branches.get(key);
    if (event.type === 'branch_start') {
      expectThat(inside === undefined, `the branch ${key} started twice`);
      this.#branches.set(key, new EventRules({ isInside: true, isResumed: this.#run.isResumed }));
      return;
    }
    expectThat(inside !== undefined, `${event.type} of the branch ${key} came before its branch_start`);
    expectThat(inside !== 'ended', `${event.type} of the branch ${key} came after its branch_end`);
    if (event.type === 'branch_event') return inside.take(event.event);
    expectThat(
      (event.stopReason === undefined) !== (event.error === undefined),
      'a branch_end has a stopReason or an error',
    );
    this.#branches.set(key, 'ended');
  }

  #finish({ result }: Extract<RunEvent, { readonly type: 'finish' }>): void {
    expectThat(!this.#run.isInside, 'a finish was told inside of a branch_event');
    this.#place = 'over';
    const { stopReason, text } = result;
    if (stopReason !== 'approval' && stopReason !== 'tool_calls') {
      const open = [...this.#branches].filter(([, inside]) => inside !== 'ended').map(([key]) => key);
      expectEqual(open, [], 'branches without a branch_end');
      expectEqual(result.pending, [], `what is pending after ${stopReason}`);
    }
    if (this.#run.isResumed) return; // the answer may have been told in the earlier part
    expectThat(
      this.#text.endsWith(text),
      `the text deltas come to "${this.#text}", and the result's text is "${text}"`,
    );
  }
}

/** Whether JSON would hold it as it is. A field that is `undefined` is as good as absent. */
function isPlainJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.every(isPlainJson);
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.values(value).every((field) => field === undefined || isPlainJson(field));
}
