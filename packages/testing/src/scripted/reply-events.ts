import type { ChatEvent, Usage } from '@tako/core';

import type { BreakOffStep, FailStep, PauseStep, Reply, TextStep, ToolCallStep } from './script.js';

/** Deltas of one part that follow each other without a pause. Their events are made when they are told. */
interface DeltaRun {
  readonly step: 'deltas';
  readonly event: 'text_delta' | 'reasoning_delta';
  readonly index: number;
  readonly deltas: readonly string[];
}

/** What is left to do when a reply has been spelt out: tell an event or deltas, wait, fail, or end. */
export type ReplyAction = ChatEvent | DeltaRun | PauseStep | FailStep | BreakOffStep;

/**
 * Spells a reply out: gives parts their indexes and tool calls their ids, and adds the end.
 *
 * @param nextCallId gives an id to a tool call that has none
 */
export function replyActions(reply: Reply, nextCallId: () => string): ReplyAction[] {
  const actions: ReplyAction[] = [];
  let parts = 0;
  let open: TextStep['step'] | undefined;
  let usage: Usage | undefined;
  let callsTools = false;

  const addText = (step: TextStep): void => {
    if (open !== step.step) parts++;
    open = step.step;
    const type = step.step === 'text' ? 'text_delta' : 'reasoning_delta';
    const index = parts - 1;
    const { everyMs } = step;
    if (everyMs === undefined) actions.push({ step: 'deltas', event: type, index, deltas: step.deltas });
    else {
      for (const [at, text] of step.deltas.entries()) {
        if (at > 0) actions.push({ step: 'pause', ms: everyMs });
        actions.push({ type, index, text });
      }
    }
    if (step.vendorData !== undefined) actions.push({ type, index, text: '', vendorData: step.vendorData });
  };

  const addToolCall = ({ id = nextCallId(), name, arguments: text }: ToolCallStep): void => {
    const index = parts++;
    open = undefined;
    callsTools = true;
    actions.push({ type: 'tool_call_start', index, id, name });
    if (text !== '') actions.push({ type: 'tool_call_delta', index, argumentsDelta: text });
    actions.push({ type: 'tool_call_end', index, arguments: text });
  };

  const addEvent = (event: ChatEvent): void => {
    if (event.type === 'usage') usage = event.usage;
    if (event.type === 'tool_call_start') callsTools = true;
    if ('index' in event) parts = Math.max(parts, event.index + 1);
    actions.push(event);
  };

  for (const step of reply) {
    if (step instanceof Error) actions.push({ step: 'fail', error: step });
    else if ('type' in step) addEvent(step);
    else if (step.step === 'tool_call') addToolCall(step);
    else if (isText(step)) addText(step);
    else actions.push(step);
  }

  if (!reply.some((step) => 'type' in step && step.type === 'finish')) {
    actions.push({ type: 'finish', finishReason: callsTools ? 'tool_calls' : 'stop', usage });
  }
  return actions;
}

function isText(step: { readonly step: string }): step is TextStep {
  return step.step === 'text' || step.step === 'reasoning';
}

/** The first `count` events of a reply. */
export function eventsIn(actions: readonly ReplyAction[], count: number): ChatEvent[] {
  const events: ChatEvent[] = [];
  for (const action of actions) {
    if (events.length >= count) break;
    if (!('step' in action)) events.push(action);
    else if (action.step === 'deltas') {
      const { event: type, index, deltas } = action;
      for (const text of deltas.slice(0, count - events.length)) events.push({ type, index, text });
    }
  }
  return events;
}
