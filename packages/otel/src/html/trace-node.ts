import type { RunEvent } from '@tako/core';

/** One line of the drawn tree. */
export interface TraceNode {
  readonly kind: string;
  name: string;
  /** Short facts, each as it is shown. */
  readonly facts: string[];
  readonly inside: TraceNode[];
  durationMs?: number | undefined;
  inputTokens?: number | undefined;
  outputTokens?: number | undefined;
  costUsd?: number | undefined;
  score?: number | undefined;
  isFailed: boolean;
}

/** Puts a run's events in a tree: steps and branches, and what happened in them. */
export function traceTree(events: readonly RunEvent[]): TraceNode {
  const root = node('run', 'run');
  const grower = new Grower(root);
  for (const event of events) grower.add(event);
  return root;
}

class Grower {
  readonly #root: TraceNode;
  #step: TraceNode | undefined;
  readonly #branches = new Map<string, { readonly at: TraceNode; readonly inside: Grower }>();

  constructor(root: TraceNode) {
    this.#root = root;
  }

  add(event: RunEvent): void {
    switch (event.type) {
      case 'run_start':
        this.#root.name = text(event.kind);
        this.#root.facts.push(text(event.runId));
        break;
      case 'step_start':
        this.#step = this.#put(node('step', `step ${text(event.step)}`), this.#root);
        this.#step.facts.push(text(event.providerId), ...(event.reason === undefined ? [] : [text(event.reason)]));
        break;
      case 'step_end':
        this.#step?.facts.push(text(event.finishReason));
        this.#step = undefined;
        break;
      case 'model_call':
        this.#addCall(event);
        break;
      case 'tool_call_result': {
        const tool = this.#put(node('tool', text(event.name)), this.#here);
        tool.durationMs = number(event.durationMs);
        tool.isFailed = event.isError;
        break;
      }
      case 'plan':
        this.#put(node('plan', 'plan'), this.#root).facts.push(
          ...event.plan.steps.map((step, at) => `${at + 1}. ${text(step.worker)}: ${text(step.task).slice(0, 200)}`),
        );
        break;
      case 'route':
        this.#put(node('route', text(event.name)), this.#root).facts.push(text(event.role ?? ''), text(event.reason));
        break;
      case 'verifier_score': {
        const verdict = this.#put(node('score', event.isPartial ? 'partial verdict' : 'verdict'), this.#root);
        verdict.score = number(event.score);
        if (event.feedback !== undefined) verdict.facts.push(text(event.feedback).slice(0, 300));
        break;
      }
      case 'recursion':
        this.#put(node('revision', `revision ${text(event.depth)}`), this.#root);
        break;
      case 'warning':
        this.#put(node('warning', text(event.code)), this.#here).facts.push(text(event.message).slice(0, 300));
        break;
      case 'branch_start': {
        const at = this.#put(node('branch', text(event.name)), this.#root);
        if (event.task !== undefined) at.facts.push(text(event.task).slice(0, 200));
        this.#branches.set(`${event.step}.${event.branch}`, { at, inside: new Grower(at) });
        break;
      }
      case 'branch_event': {
        const inside = event.event;
        if (inside.type !== 'run_start') this.#branches.get(`${event.step}.${event.branch}`)?.inside.add(inside);
        break;
      }
      case 'branch_end': {
        const at = this.#branches.get(`${event.step}.${event.branch}`)?.at;
        if (at === undefined) break;
        at.durationMs = number(event.durationMs);
        at.isFailed = event.error !== undefined;
        at.facts.push(text(event.error ?? event.stopReason ?? ''));
        break;
      }
      case 'finish': {
        const { usage, costUsd, stopReason } = event.result;
        Object.assign(this.#root, { inputTokens: number(usage.inputTokens), outputTokens: number(usage.outputTokens) });
        this.#root.costUsd = number(costUsd);
        this.#root.facts.push(text(stopReason));
        break;
      }
      default: // deltas: their text is in none of the lines
    }
  }

  /** Where what happens now belongs. */
  get #here(): TraceNode {
    return this.#step ?? this.#root;
  }

  #addCall({ call, step, branch }: Extract<RunEvent, { type: 'model_call' }>): void {
    const at = this.#branches.get(`${step}.${branch}`)?.at ?? this.#here;
    const made = this.#put(node('model', text(call.providerId)), at);
    Object.assign(made, {
      durationMs: number(call.durationMs),
      inputTokens: number(call.usage.inputTokens),
      outputTokens: number(call.usage.outputTokens),
      costUsd: number(call.costUsd),
      isFailed: call.error !== undefined,
    });
    made.facts.push(text(call.error ?? call.finishReason ?? ''));
  }

  #put(made: TraceNode, at: TraceNode): TraceNode {
    at.inside.push(made);
    return made;
  }
}

function node(kind: string, name: string): TraceNode {
  return { kind, name, facts: [], inside: [], isFailed: false };
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
