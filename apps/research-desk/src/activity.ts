import type { RunEvent } from '@tako/core';

/** What an event means to somebody who watches, in a few words; `undefined` where it is nothing new. */
export function activityOf(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'plan': {
      const { steps } = event.plan;
      return steps.length === 0 ? 'plan: the answer stands' : `plan: ${steps.length} steps`;
    }
    case 'route':
      return `${event.role ?? 'turn'}: ${event.name}`;
    case 'branch_start':
      return event.task === undefined ? `${event.name} begins` : `${event.name}: ${event.task}`;
    case 'branch_end':
      return event.error === undefined ? undefined : `failed: ${event.error}`;
    case 'verifier_score':
      return event.isPartial ? undefined : `score ${event.score.toFixed(2)}${saying(event.feedback)}`;
    case 'recursion':
      return `round ${event.depth + 1}`;
    case 'tool_call_end':
      return `calls ${event.name}`;
    case 'warning':
      return `warning: ${event.message}`;
    default:
      return undefined;
  }
}

function saying(feedback: string | undefined): string {
  return feedback === undefined || feedback === '' ? '' : `: ${feedback}`;
}
