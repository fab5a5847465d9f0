import type { PlanRules } from './read-plan.js';

/** A worker as the coordinator sees it. */
export interface WorkerNote {
  readonly name: string;
  /** What it is good for or has at hand, in words. */
  readonly note?: string | undefined;
  /** Measured share of right answers, 0 to 1, by topic. */
  readonly skills?: Readonly<Record<string, number>> | undefined;
}

/**
 * What the coordinator is told: split the question, assign the parts to workers known by number, say what each may read.
 * The structure is the paper's (arXiv:2512.04388), the words are ours. Numbers carry no prejudice about brands: measured skill does.
 */
export function planPrompt(
  workers: readonly WorkerNote[],
  { maxSteps, hasAnswer }: PlanRules,
  options: { readonly isAnonymous: boolean; readonly examples: string },
): string {
  const list = workers.map((worker, at) => describe(worker, at + 1, options.isAnonymous)).join('\n');
  return `You coordinate a team. You do not answer the question yourself: you split it into parts and say who does which.

The workers:
${list}

Write a plan of at most ${maxSteps} steps, numbered from 1. Each step has
- "worker": the number of the worker,
- "task": what this worker shall do, complete in itself,
- "reads": the numbers of the earlier steps whose results the worker gets, [] for none, or "all".

Every worker sees the user's question and its own task, and of other steps only the results that "reads" names. Steps that do not
read each other run at the same time. The result of the last step is the answer to the user: it must be complete by itself. Use
one step where one worker can answer well; give a hard question to several workers and let the last step compare; let another
worker check what is easily got wrong.${hasAnswer ? `\n\n${secondRound}` : ''}

${options.examples}

Answer with one JSON object: {"reasoning": "…", "steps": [{"worker": 1, "task": "…", "reads": []}]}`;
}

const secondRound = `There is an answer already, and a review of it. Step 0 stands for that answer: who shall improve it reads 0. If it should
stay as it is, write no steps: {"reasoning": "…", "steps": []}.`;

/** Worked examples: without them plans are visibly worse (7 to 9 points in the paper's table). */
export const planExamples = `Examples of plans, for other questions:

"What is the capital of Australia?"
{"reasoning": "One worker knows this.", "steps": [{"worker": 1, "task": "Answer the question.", "reads": []}]}

"How many primes are there below 1000? Be sure."
{"reasoning": "Easily got wrong: two count independently, a third compares.", "steps": [{"worker": 1, "task": "Count them, and show how.", "reads": []}, {"worker": 2, "task": "Count them by another way than a sieve, and show how.", "reads": []}, {"worker": 1, "task": "Compare both counts, find the error if they differ, and answer.", "reads": [1, 2]}]}

"Write a function that parses ISO 8601 durations."
{"reasoning": "Draft, review by another, final version.", "steps": [{"worker": 2, "task": "Write the function.", "reads": []}, {"worker": 1, "task": "List the inputs that this function gets wrong.", "reads": [1]}, {"worker": 2, "task": "Write the corrected function with a short explanation.", "reads": [1, 2]}]}

"Compare the tax law of two countries for a remote worker."
{"reasoning": "Two independent parts, then one text.", "steps": [{"worker": 1, "task": "Explain the rules of the first country.", "reads": []}, {"worker": 2, "task": "Explain the rules of the second country.", "reads": []}, {"worker": 1, "task": "Write one comparison for the user from both.", "reads": "all"}]}`;

function describe({ name, note, skills = {} }: WorkerNote, number: number, isAnonymous: boolean): string {
  const measured = Object.entries(skills).map(([topic, share]) => `${topic} ${Math.round(share * 100)} %`);
  const facts = [
    isAnonymous ? [] : [name],
    note === undefined ? [] : [note],
    measured.length === 0 ? [] : [`measured: ${measured.join(', ')}`],
  ].flat();
  return `- worker ${number}${facts.length === 0 ? '' : `: ${facts.join('; ')}`}`;
}
