import type { ChatEvent } from '@tako/core/provider';

import type { Told } from './plain-chunk.js';

/**
 * Marks reasoning as Mistral's own, with its signature where it has one: what other models thought is not handed to
 * Mistral, and this is how it is known later.
 */
export class ReasoningState {
  /** Filled by whoever reads the chunks, before their events are told. */
  readonly told: Told = {};
  #index: number | undefined;
  #nextIndex = 0;

  /** The event as it is told, after what has to be told before it. */
  tell(event: ChatEvent): readonly ChatEvent[] {
    if ('index' in event) this.#nextIndex = Math.max(this.#nextIndex, event.index + 1);
    if (event.type === 'reasoning_delta') {
      const isFirst = this.#index === undefined;
      this.#index = event.index;
      return isFirst || this.told.signature !== undefined ? [{ ...event, ...this.#vendorData() }] : [event];
    }
    if (event.type !== 'finish' || this.told.signature === undefined) return [event];
    // It came without a text of its own.
    const index = this.#index ?? this.#nextIndex;
    return [{ type: 'reasoning_delta', index, text: '', ...this.#vendorData() }, event];
  }

  #vendorData(): {
    readonly vendorData: { readonly vendor: 'mistral'; readonly data: { readonly signature?: string } };
  } {
    const { signature } = this.told;
    this.told.signature = undefined;
    return { vendorData: { vendor: 'mistral', data: signature === undefined ? {} : { signature } } };
  }
}
