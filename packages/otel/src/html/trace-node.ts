import type { RunEvent, StopReason } from '@tako/core';

/** One line of the drawn tree. */
export interface TraceNode {
  readonly kind: string;
  name: string;
  /** Short facts, each as it is shown. */
  readonly facts: string[];
  readonly inside: TraceNode[];
  /** From the beginning of the run, where its events say when they came. */
  startMs?: number | undefined;
  durationMs?: number | undefined;
  inputTokens?: number | undefined;
  outputTokens?: number | undefined;
  costUsd?: number | undefined;
  score?: number | undefined;
  isFailed: boolean;
  /** Drawn closed: a detail that most readers do not ask for. */
  isClosed?: boolean;
}

/** Puts a run's events in a tree: steps and branches, and what happened in them. */
export function traceTree(events: readonly RunEvent[]): TraceNode {
  const root = node('run', 'run');
  const grower = new Grower(root);
  for (const event of events) grower.add(event, timeOf(event));
  // What throws has no `finish`, and neither has a file that was cut off.
  if (!events.some(({ type }) => type === 'finish')) {
    root.isFailed = true;
    root.facts.push('did not come to its end');
  }
  grower.end();
  return root;
}

/** Ends that are none: something came in between. */
const cutOff: ReadonlySet<string> = new Set<StopReason>([
  'budget',
  'content_filter',
  'error',
  'guard',
  'length',
  'max_steps',
]);

class Grower {
  readonly #root: TraceNode;
  #step: TraceNode | undefined;
  readonly #branches = new Map<string, { readonly at: TraceNode; readonly inside: Grower }>();
  /** Of a search, by their numbers. */
  readonly #answers = new Map<string, TraceNode>();

  constructor(root: TraceNode) {
    this.#root = root;
  }

  /** What can be said of a search when all of it is there. */
  end(): void {
    const answers = [...this.#answers.values()];
    for (const answer of answers) fold(answer);
    const [best] = answers.toSorted((one, other) => (other.score ?? -1) - (one.score ?? -1));
    if (best?.score !== undefined) best.facts.push('the best');
  }

  /** @param nowMs when it came, from the beginning of the run */
  add(event: RunEvent, nowMs: number | undefined): void {
    if (nowMs !== undefined) lasts(this.#root, nowMs);
    switch (event.type) {
      case 'run_start':
        this.#root.name = text(event.kind);
        this.#root.facts.push(text(event.runId));
        break;
      case 'step_start':
        this.#step = this.#put(node('step', `step ${text(event.step)}`, nowMs), this.#root);
        this.#step.isClosed = this.#root.kind === 'answer';
        this.#step.facts.push(text(event.providerId), ...(event.reason === undefined ? [] : [text(event.reason)]));
        break;
      case 'step_end':
        if (this.#step !== undefined && nowMs !== undefined) lasts(this.#step, nowMs);
        this.#step?.facts.push(text(event.finishReason));
        this.#step = undefined;
        break;
      case 'model_call':
        this.#addCall(event, nowMs);
        break;
      case 'tool_call_result': {
        const tool = this.#put(node('tool', text(event.name)), this.#here);
        took(tool, number(event.durationMs), nowMs);
        tool.isFailed = event.isError;
        break;
      }
      case 'plan':
        this.#put(node('plan', 'plan', nowMs), this.#root).facts.push(
          ...event.plan.steps.map((step, at) => `${at + 1}. ${text(step.worker)}: ${text(step.task).slice(0, 200)}`),
        );
        break;
      case 'route':
        if (this.#isSearch) break; // the answer that follows says the same
        this.#put(node('route', text(event.name), nowMs), this.#root).facts.push(
          text(event.role ?? ''),
          text(event.reason),
        );
        break;
      case 'verifier_score': {
        const judged = this.#isSearch ? this.#branches.get(`${event.step}.${event.branch}`)?.at : undefined;
        const verdict =
          judged ?? this.#put(node('score', event.isPartial ? 'partial verdict' : 'verdict', nowMs), this.#root);
        verdict.score = number(event.score);
        if (event.feedback !== undefined) verdict.facts.push(text(event.feedback).slice(0, 300));
        break;
      }
      case 'recursion':
        this.#put(node('revision', `revision ${text(event.depth)}`, nowMs), this.#root);
        break;
      case 'warning':
        this.#put(node('warning', text(event.code), nowMs), this.#here).facts.push(text(event.message).slice(0, 300));
        break;
      case 'branch_start': {
        const at = this.#isSearch ? this.#answer(event, nowMs) : node('branch', text(event.name), nowMs);
        if (!this.#isSearch) this.#put(at, this.#root).facts.push(text(event.task).slice(0, 200));
        this.#branches.set(`${event.step}.${event.branch}`, { at, inside: new Grower(at) });
        break;
      }
      case 'branch_event': {
        const inside = event.event;
        if (inside.type !== 'run_start') this.#branches.get(`${event.step}.${event.branch}`)?.inside.add(inside, nowMs);
        break;
      }
      case 'branch_end': {
        const at = this.#branches.get(`${event.step}.${event.branch}`)?.at;
        if (at === undefined) break;
        took(at, number(event.durationMs), nowMs);
        at.isFailed = event.error !== undefined || cutOff.has(text(event.stopReason));
        at.facts.push(text(event.error ?? event.stopReason ?? ''));
        break;
      }
      case 'finish': {
        const { usage, costUsd, stopReason } = event.result;
        Object.assign(this.#root, { inputTokens: number(usage.inputTokens), outputTokens: number(usage.outputTokens) });
        this.#root.costUsd = number(costUsd);
        this.#root.isFailed = cutOff.has(text(stopReason));
        this.#root.facts.push(text(stopReason));
        break;
      }
      default: // deltas: their text is in none of the lines
    }
  }

  /** In a search each branch is an answer, and a verdict is on the one at its place; elsewhere it is on the whole. */
  get #isSearch(): boolean {
    return this.#root.name === 'ab_mcts';
  }

  /** An answer of a search, below the one that it refines. */
  #answer({ branch, name, task }: Extract<RunEvent, { type: 'branch_start' }>, nowMs: number | undefined): TraceNode {
    const [, refined] = /^refine answer (\d+)$/.exec(text(task)) ?? [];
    const at = node('answer', `answer ${text(branch)}`, nowMs);
    at.facts.push(text(name));
    this.#answers.set(text(branch), at);
    return this.#put(at, (refined === undefined ? undefined : this.#answers.get(refined)) ?? this.#root);
  }

  /** Where what happens now belongs. */
  get #here(): TraceNode {
    return this.#step ?? this.#root;
  }

  #addCall({ call, step, branch }: Extract<RunEvent, { type: 'model_call' }>, nowMs: number | undefined): void {
    const at = this.#branches.get(`${step}.${branch}`)?.inside ?? this;
    const made = this.#put(node('model', text(call.providerId)), at.#here);
    Object.assign(made, {
      inputTokens: number(call.usage.inputTokens),
      outputTokens: number(call.usage.outputTokens),
      costUsd: number(call.costUsd),
      isFailed: call.error !== undefined,
    });
    took(made, number(call.durationMs), nowMs);
    made.facts.push(text(call.error ?? call.finishReason ?? ''));
  }

  #put(made: TraceNode, at: TraceNode): TraceNode {
    at.inside.push(made);
    return made;
  }
}

function node(kind: string, name: string, startMs?: number): TraceNode {
  return { kind, name, facts: [], inside: [], isFailed: false, startMs };
}

/** Most answers of a search are one call of a model: that is told in one line. */
function fold(answer: TraceNode): void {
  const [step, ...others] = answer.inside.filter(({ kind }) => kind === 'step');
  const [call, ...more] = step?.inside ?? [];
  if (step === undefined || call === undefined || call.isFailed || others.length + more.length > 0) return;
  const { inputTokens, outputTokens, costUsd } = call;
  Object.assign(answer, { inputTokens, outputTokens, costUsd });
  answer.facts.splice(1, 0, call.name);
  answer.inside.splice(answer.inside.indexOf(step), 1);
}

/** When an event came, where whoever wrote it down noted that. */
function timeOf(event: RunEvent): number | undefined {
  const atMs = 'atMs' in event ? number(event.atMs) : undefined;
  return atMs === undefined ? undefined : Math.max(0, atMs);
}

/** What is told at its end, with how long it took. */
function took(made: TraceNode, durationMs: number | undefined, endMs: number | undefined): void {
  made.durationMs = durationMs;
  if (endMs !== undefined) made.startMs ??= Math.max(0, endMs - (durationMs ?? 0));
}

/** What goes on until something else happens. */
function lasts(made: TraceNode, untilMs: number): void {
  made.startMs ??= untilMs;
  made.durationMs = untilMs - made.startMs;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
