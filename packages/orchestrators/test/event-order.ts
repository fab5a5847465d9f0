import { addUsage, noUsage, type RunEvent } from '@tako/core';
import { expect } from 'vitest';

type Place = 'begin' | 'between_steps' | 'answering' | 'settling' | 'over';

/**
 * Checks what `RunEvent` promises: the order of events, ids that are unique in the run, arguments that are their deltas
 * joined, usage that is the sum of the calls, and that all is plain JSON.
 *
 * @param resumed the run went on in the middle of a step, so that its beginning was told before
 */
export function expectEventOrder(events: readonly RunEvent[], resumed = false): void {
  const order = new EventOrder(resumed);
  for (const event of events) {
    expect(JSON.parse(JSON.stringify(event)), `${event.type} is plain JSON`).toEqual(event);
    order.take(event);
  }
}

class EventOrder {
  readonly #resumed: boolean;
  #place: Place = 'begin';
  #step = -1;
  #usage = noUsage;
  #calls = 0;
  readonly #arguments = new Map<string, string>();
  readonly #ended = new Set<string>();
  readonly #answered = new Set<string>();

  constructor(resumed: boolean) {
    this.#resumed = resumed;
  }

  take(event: RunEvent): void {
    if ('step' in event) {
      if (event.type !== 'step_start' && this.#step >= 0) expect(event.step, event.type).toBe(this.#step);
      expect(event.branch).toBe(0);
    }
    switch (event.type) {
      case 'run_start':
        this.#move(['begin'], 'between_steps', event);
        break;
      case 'step_start':
        this.#move(['between_steps'], 'answering', event);
        if (this.#step >= 0 || !this.#resumed) expect(event.step, 'steps count up').toBe(this.#step + 1);
        this.#step = event.step;
        break;
      case 'text_delta':
      case 'reasoning_delta':
      case 'output_partial':
      case 'warning':
        this.#move(['answering'], 'answering', event);
        break;
      case 'tool_call_start':
        this.#move(['answering'], 'answering', event);
        expect(event.toolCallId).not.toBe('');
        expect(this.#arguments.has(event.toolCallId), `tool call id "${event.toolCallId}" is new`).toBe(false);
        this.#arguments.set(event.toolCallId, '');
        break;
      case 'tool_call_delta':
        this.#move(['answering'], 'answering', event);
        this.#arguments.set(event.toolCallId, `${this.#arguments.get(event.toolCallId)}${event.argumentsDelta}`);
        break;
      case 'tool_call_end':
        this.#move(['answering'], 'answering', event);
        expect(this.#arguments.get(event.toolCallId), 'the deltas joined').toBe(event.arguments);
        this.#ended.add(event.toolCallId);
        break;
      case 'model_call':
        // A failed call is a try before the one that answers, or the end of the run.
        this.#move(['answering'], event.call.error === undefined ? 'settling' : 'answering', event);
        this.#usage = addUsage(this.#usage, event.call.usage);
        this.#calls++;
        break;
      case 'tool_call_result':
        this.#move(this.#resumed ? ['settling', 'between_steps'] : ['settling'], 'settling', event);
        if (!this.#resumed) expect(this.#ended.has(event.toolCallId), 'a result follows its call').toBe(true);
        expect(this.#answered.has(event.toolCallId), 'a call has one result').toBe(false);
        this.#answered.add(event.toolCallId);
        break;
      case 'step_end':
        this.#move(this.#resumed ? ['settling', 'between_steps'] : ['settling'], 'between_steps', event);
        if (!this.#resumed) expect(event.usage).toEqual(this.#usage);
        break;
      case 'finish':
        this.#move(event.result.stopReason === 'budget' ? ['answering'] : ['between_steps'], 'over', event);
        if (this.#resumed) break;
        expect(event.result.usage).toEqual(this.#usage);
        expect(event.result.calls).toHaveLength(this.#calls);
        break;
      default: // of orchestrators that start other runs
        throw new Error('an event that the order says nothing about');
    }
  }

  #move(from: readonly Place[], to: Place, { type }: RunEvent): void {
    expect(from, `${type} does not come here: ${this.#place}`).toContain(this.#place);
    this.#place = to;
  }
}
