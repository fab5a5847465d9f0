import type { RunEvent } from '@tako/core';

/** One thing that happened in a run, with what happened inside of it. */
export interface RunNode {
  /** For people: `branch worker-a`, `tool add`, `score 0.62`. */
  readonly label: string;
  readonly detail?: string | undefined;
  readonly isFailure: boolean;
  readonly children: readonly RunNode[];
}

interface OpenNode {
  label: string;
  detail?: string | undefined;
  isFailure: boolean;
  children: OpenNode[];
}

/** A run of ten thousand steps must not fill the memory, nor the page. */
const maxNodes = 200;

/** Makes a tree of the events of a run. Nothing of what was asked, answered or handed to a tool is kept. */
export class RunTree {
  readonly #root: OpenNode = { label: '', isFailure: false, children: [] };
  readonly #branches = new Map<string, OpenNode>();
  #count = 0;

  get nodes(): readonly RunNode[] {
    return this.#root.children;
  }

  hear(event: RunEvent): void {
    this.#hear(event, this.#root, '');
  }

  #hear(event: RunEvent, parent: OpenNode, path: string): void {
    switch (event.type) {
      case 'branch_start': {
        const node = this.#add(parent, event.name, undefined);
        if (node !== undefined) this.#branches.set(`${path}/${event.step}.${event.branch}`, node);
        break;
      }
      case 'branch_event': {
        const key = `${path}/${event.step}.${event.branch}`;
        this.#hear(event.event, this.#branches.get(key) ?? parent, key);
        break;
      }
      case 'branch_end': {
        const node = this.#branches.get(`${path}/${event.step}.${event.branch}`);
        if (node === undefined) break;
        node.detail = `${event.error ?? event.stopReason ?? ''}, ${Math.round(event.durationMs)} ms`;
        node.isFailure = event.error !== undefined;
        break;
      }
      case 'tool_call_result':
        this.#add(parent, `tool ${event.name}`, `${Math.round(event.durationMs)} ms`, event.isError);
        break;
      case 'model_call': {
        const { providerId, usage, durationMs, error } = event.call;
        const tokens = `${usage.inputTokens} + ${usage.outputTokens} tokens`;
        const detail = `${tokens}, ${Math.round(durationMs)} ms${error === undefined ? '' : `, ${error}`}`;
        // All calls of a tree are told on its outside, at the place of the branch that made them.
        const maker = this.#branches.get(`${path}/${event.step}.${event.branch}`) ?? parent;
        this.#add(maker, `call ${providerId}`, detail, error !== undefined);
        break;
      }
      case 'plan':
        this.#add(parent, `plan of ${event.plan.steps.length} steps`, undefined);
        break;
      case 'route':
        this.#add(parent, `route to ${event.name}`, event.role);
        break;
      case 'verifier_score':
        if (!event.isPartial) this.#add(parent, `score ${event.score.toFixed(2)}`, undefined);
        break;
      case 'recursion':
        this.#add(parent, `round ${event.depth + 1}`, undefined);
        break;
      default: // deltas and the like would show nothing that is not here
    }
  }

  #add(parent: OpenNode, label: string, detail: string | undefined, isFailure = false): OpenNode | undefined {
    this.#count++;
    if (this.#count > maxNodes) return undefined;
    const node: OpenNode = { label, detail, isFailure, children: [] };
    parent.children.push(node);
    return node;
  }
}
