import { summarize, type AttemptRecord, type DrawnNode, type EvalReport } from '../src/report.js';

/** What an answer may hold that must not become HTML. */
export const hostile = '<img src=x onerror=alert(1)>"\'&';

/** A report with everything in it: curves of two candidates, a tree, a failure, hostile text. */
export function exampleReport(): EvalReport {
  const budgets = [8, 32, 128];
  const names = [
    ...budgets.map((calls) => `search@${calls}`),
    ...budgets.map((calls) => `best-of-n@${calls}`),
    'agent',
  ];
  const attempts = Array.from({ length: 12 }, (_, task) => `task-${task}`).flatMap((taskId, task) =>
    names.flatMap((candidate, which) =>
      [0, 1].map((attempt): AttemptRecord => {
        const calls = Number(candidate.split('@')[1] ?? 1);
        const skill = candidate.startsWith('search') ? 0.35 : 0.22;
        const score = Math.min(
          1,
          Math.max(0, skill * Math.log10(calls * 3) + ((task * 7 + which * 3 + attempt * 5) % 11) / 40),
        );
        const isTree = task === 0 && which === 0 && attempt === 0;
        const base = {
          taskId,
          candidate,
          attempt,
          calls,
          inputTokens: calls * 900,
          outputTokens: calls * 200,
          durationMs: calls * 40 + task,
        };
        if (task === 3 && candidate === 'agent') return { ...base, score: 0, text: '', error: 'overloaded' };
        return {
          ...base,
          score,
          text: task === 0 ? hostile : 'An answer.',
          stopReason: 'final',
          costUsd: calls * 0.001,
          ...(isTree ? { tree: exampleTree() } : {}),
        };
      }),
    ),
  );
  const candidates = Object.fromEntries(
    names.map((name) => [
      name,
      summarize(
        attempts.filter(({ candidate }) => candidate === name),
        0.8,
        1,
      ),
    ]),
  );
  return { version: 1, name: 'search against best of n', passScore: 0.8, seed: 1, tasks: 12, candidates, attempts };
}

function exampleTree(): readonly DrawnNode[] {
  const parents = [undefined, undefined, 0, 0, 2, 2, 4, 6, 1, 7, 7, undefined];
  return parents.map((parent, id) => ({
    id,
    parent,
    label: id % 3 === 0 ? hostile : 'luna',
    ...(id === 11 ? {} : { score: Math.min(1, 0.2 + id * 0.07), costUsd: 0.002 }),
    isChosen: id === 10,
  }));
}
