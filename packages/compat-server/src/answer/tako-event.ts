import type { JsonObject, RunEvent } from '@tako/core';

/** An event of a run that only clients of Tako understand. */
export interface TakoEvent {
  readonly type: 'tako';
  /** For example `tako.step_start`. */
  readonly name: string;
  readonly data: JsonObject;
  /** Whether it tells of work that was done: before that, a failure can still have its true status. */
  readonly isProgress: boolean;
}

/** What a run's event is told as where the client asked; `undefined` for what is part of the answer, or of no interest. */
export function takoEventOf(event: RunEvent): TakoEvent | undefined {
  switch (event.type) {
    case 'step_start': {
      const { type, ...data } = event;
      return told(type, data, false);
    }
    case 'tool_call_end': {
      const { step, branch, toolCallId, name } = event;
      return told('tool_call_start', { step, branch, toolCallId, name, arguments: event.arguments });
    }
    case 'tool_call_result': {
      const { type: _, content, ...rest } = event;
      const text = content.map((part) => (part.type === 'text' ? part.text : `<${part.type}>`)).join('\n');
      return told('tool_call_result', { ...rest, text });
    }
    case 'verifier_score':
    case 'recursion':
    case 'plan':
    case 'route':
    case 'warning':
    case 'branch_start':
    case 'branch_end': {
      const { type, ...data } = event;
      return told(type, data);
    }
    case 'step_end': {
      const { step, branch, usage, costUsd } = event;
      return told('budget', { step, branch, usage, costUsd });
    }
    case 'finish': {
      const { usage, costUsd, steps, stopReason } = event.result;
      return told('budget', { usage, costUsd, steps, stopReason });
    }
    case 'branch_event':
      return takoEventOf(event.event);
    case 'run_start':
    case 'text_delta':
    case 'reasoning_delta':
    case 'output_partial':
    case 'tool_call_start':
    case 'tool_call_delta':
    case 'model_call':
      return undefined;
    default:
      event satisfies never; // a kind newer than this file
      return undefined;
  }
}

/** Run events are plain JSON: undefined fields go when they are written. */
function told(name: string, data: object, isProgress = true): TakoEvent {
  return { type: 'tako', name: `tako.${name}`, data: data as JsonObject, isProgress };
}
