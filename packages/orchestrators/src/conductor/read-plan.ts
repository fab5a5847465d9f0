import type { JsonSchema, PlanStep, RunPlan } from '@tako/core';

/** What a plan is checked against. */
export interface PlanRules {
  /** Names, in the order of their numbers: worker 1 is the first. */
  readonly workers: readonly string[];
  readonly maxSteps: number;
  /** Whether there is an answer of an earlier round: step 0 may be read, and a plan without steps keeps it. */
  readonly hasAnswer: boolean;
}

/** A plan, or what is wrong with it in words that a model can act on. */
export type ReadPlan = { readonly ok: true; readonly plan: RunPlan } | { readonly ok: false; readonly problem: string };

/** The form of a plan, for vendors that bind answers to a schema. */
export function planSchema({ workers, maxSteps }: PlanRules): JsonSchema {
  const step = {
    type: 'object',
    properties: {
      worker: { type: 'integer', description: `1 to ${workers.length}` },
      task: { type: 'string', description: 'What the worker is told to do' },
      reads: {
        type: 'array',
        items: { type: 'integer' },
        description: 'Numbers of earlier steps whose results the worker gets',
      },
    },
    required: ['worker', 'task', 'reads'],
    additionalProperties: false,
  };
  return {
    type: 'object',
    properties: {
      reasoning: { type: 'string' },
      steps: { type: 'array', items: step, description: `At most ${maxSteps}, the last one gives the answer` },
    },
    required: ['reasoning', 'steps'],
    additionalProperties: false,
  };
}

/**
 * Reads a plan: `{ reasoning?, steps: [{ worker, task, reads }] }`, or the three lists of the paper
 * (`model_id`, `subtasks`, `access_list`; arXiv:2512.04388). A worker is a number or a name, `reads` a list of numbers or
 * "all". Never throws.
 */
export function readPlan(value: unknown, rules: PlanRules): ReadPlan {
  if (!isRecord(value)) return bad('a plan is a JSON object with "steps"');
  const entries = 'model_id' in value ? fromLists(value) : value['steps'];
  if (typeof entries === 'string') return bad(entries);
  if (!Array.isArray(entries)) return bad('"steps" must be a list');
  if (entries.length === 0 && !rules.hasAnswer) return bad('the plan has no steps; at least one must answer');
  if (entries.length > rules.maxSteps) {
    return bad(`the plan has ${entries.length} steps; ${rules.maxSteps} are allowed`);
  }
  const steps: PlanStep[] = [];
  for (const [at, entry] of entries.entries()) {
    const step = readStep(entry, at + 1, rules);
    if (typeof step === 'string') return bad(`step ${at + 1}: ${step}`);
    steps.push(step);
  }
  const { reasoning } = value;
  return { ok: true, plan: { ...(typeof reasoning === 'string' ? { reasoning } : {}), steps } };
}

function readStep(entry: unknown, number: number, { workers, hasAnswer }: PlanRules): PlanStep | string {
  if (!isRecord(entry)) return 'it must be an object with "worker", "task" and "reads"';
  const { task, reads = [] } = entry;
  const worker = readWorker(entry['worker'], workers);
  if (worker === undefined) {
    return `there is no worker ${shown(entry['worker'])}; there are 1 to ${workers.length}`;
  }
  if (typeof task !== 'string' || task.trim() === '') return '"task" must say what to do';
  const first = hasAnswer ? 0 : 1;
  if (reads === 'all') return { worker, task, reads: Array.from({ length: number - first }, (_, at) => at + first) };
  if (!Array.isArray(reads)) return '"reads" must be a list of step numbers, or "all"';
  const sources = new Set<number>();
  for (const source of reads) {
    const known = typeof source === 'number' && Number.isInteger(source) && source >= first && source < number;
    if (!known) {
      const there = number > first ? `${first} to ${number - 1}` : 'nothing';
      return `it cannot read ${shown(source)}; it may read ${there}`;
    }
    sources.add(source);
  }
  return { worker, task, reads: [...sources].toSorted((one, other) => one - other) };
}

function readWorker(value: unknown, workers: readonly string[]): string | undefined {
  if (typeof value === 'number') return workers[value - 1];
  if (typeof value !== 'string') return undefined;
  return workers.includes(value) ? value : workers[Number(value.replace(/^worker\s*/i, '')) - 1];
}

/** The paper's three lists as steps, or what is wrong with them. Its workers and steps count from 0. */
function fromLists({ model_id: models, subtasks, access_list: access }: Record<string, unknown>): unknown[] | string {
  if (!Array.isArray(models) || !Array.isArray(subtasks) || !Array.isArray(access)) {
    return '"model_id", "subtasks" and "access_list" must be lists';
  }
  if (models.length !== subtasks.length || models.length !== access.length) {
    return `the three lists must be equally long, and have ${models.length}, ${subtasks.length} and ${access.length} entries`;
  }
  const plusOne = (number: unknown): unknown => (typeof number === 'number' ? number + 1 : number);
  return models.map((model: unknown, at) => {
    const reads: unknown = access[at];
    return {
      worker: plusOne(model),
      task: subtasks[at] as unknown,
      reads: Array.isArray(reads) ? reads.map(plusOne) : reads,
    };
  });
}

function bad(problem: string): ReadPlan {
  return { ok: false, problem };
}

/** A value of the model's, short enough to be quoted back. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 80);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
