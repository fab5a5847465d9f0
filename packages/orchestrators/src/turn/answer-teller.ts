import type { ChatEvent, RunEvent } from '@tako/core';

/**
 * Tells one model answer as run events, one for one. Ids of tool calls that occurred before in the run are made new:
 * some vendors count from zero in every answer.
 */
export class AnswerTeller {
  readonly #step: number;
  readonly #branch: number;
  readonly #usedIds: Set<string>;
  readonly #calls = new Map<number, { readonly id: string; readonly name: string }>();

  /** @param usedIds ids of the run's earlier tool calls; those of this answer are added */
  constructor(step: number, branch: number, usedIds: Set<string>) {
    this.#step = step;
    this.#branch = branch;
    this.#usedIds = usedIds;
  }

  /** The same event with an id of its own. To be called once for each event, before `tell`. */
  withOwnId(event: ChatEvent): ChatEvent {
    if (event.type !== 'tool_call_start') return event;
    let id = event.id;
    for (let copy = 2; id === '' || this.#usedIds.has(id); copy++) id = `${event.id || 'call'}_${this.#step}_${copy}`;
    this.#usedIds.add(id);
    this.#calls.set(event.index, { id, name: event.name });
    return id === event.id ? event : { ...event, id };
  }

  /** The run event for a chat event; `undefined` for those that the loop keeps to itself. */
  tell(event: ChatEvent): RunEvent<never> | undefined {
    const step = this.#step;
    const branch = this.#branch;
    switch (event.type) {
      case 'text_delta':
        return { type: 'text_delta', step, branch, text: event.text };
      case 'reasoning_delta':
        return { type: 'reasoning_delta', step, branch, text: event.text };
      case 'tool_call_start':
        return { type: 'tool_call_start', step, branch, toolCallId: event.id, name: event.name };
      case 'tool_call_delta':
        return {
          type: 'tool_call_delta',
          step,
          branch,
          toolCallId: this.#calls.get(event.index)?.id ?? '',
          argumentsDelta: event.argumentsDelta,
        };
      case 'tool_call_end': {
        const { id = '', name = '' } = this.#calls.get(event.index) ?? {};
        return { type: 'tool_call_end', step, branch, toolCallId: id, name, arguments: event.arguments };
      }
      case 'warning':
        return { type: 'warning', step, branch, code: event.code, message: event.message };
      case 'attempt':
      case 'start':
      case 'usage':
      case 'finish':
        return undefined;
      default:
        event satisfies never; // a kind newer than this file
        return undefined;
    }
  }
}
