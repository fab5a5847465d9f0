import type { ChatEvent } from '../chat/chat-event.js';

/** A piece of a tool call as vendors stream it. */
export interface ToolCallFragment {
  /** Which call of the answer it belongs to, in the vendor's own counting. */
  readonly key: number | string;
  readonly id?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly arguments?: string | null | undefined;
}

interface Draft {
  readonly index: number;
  id: string;
  name: string;
  arguments: string;
  started: boolean;
}

/**
 * Puts streamed pieces of tool calls together. Pieces of several calls may be mixed, the name or id may come late or
 * more than once, and the id may be missing altogether.
 */
export class ToolCallAssembler {
  readonly #drafts = new Map<number | string, Draft>();
  readonly #nextIndex: () => number;
  readonly #makeId: () => string;
  #any = false;

  /**
   * @param nextIndex gives a new part its index in the answer
   * @param makeId gives an id to a call whose vendor gave none; unique in the process by default
   */
  constructor(nextIndex: () => number, makeId: () => string = () => `call_${crypto.randomUUID()}`) {
    this.#nextIndex = nextIndex;
    this.#makeId = makeId;
  }

  /** Whether any call was seen. */
  get any(): boolean {
    return this.#any;
  }

  /** Takes one piece and yields what can be told. A call starts as soon as its name is known. */
  *add(fragment: ToolCallFragment): Generator<ChatEvent> {
    let draft = this.#drafts.get(fragment.key);
    if (draft === undefined) {
      draft = { index: this.#nextIndex(), id: '', name: '', arguments: '', started: false };
      this.#drafts.set(fragment.key, draft);
      this.#any = true;
    }
    if (!draft.started) {
      draft.id ||= fragment.id ?? '';
      draft.name ||= fragment.name ?? '';
    }
    const text = fragment.arguments ?? '';
    draft.arguments += text;
    if (draft.started) {
      if (text !== '') yield { type: 'tool_call_delta', index: draft.index, argumentsDelta: text };
    } else if (draft.name !== '') {
      yield* this.#start(draft);
    }
  }

  /** Ends all calls. One that never got a name is ended with an empty one: the loop tells the model. */
  *end(): Generator<ChatEvent> {
    for (const draft of this.#drafts.values()) {
      if (!draft.started) yield* this.#start(draft);
      yield { type: 'tool_call_end', index: draft.index, arguments: draft.arguments };
    }
    this.#drafts.clear();
  }

  *#start(draft: Draft): Generator<ChatEvent> {
    draft.started = true;
    draft.id ||= this.#makeId();
    yield { type: 'tool_call_start', index: draft.index, id: draft.id, name: draft.name };
    if (draft.arguments !== '') {
      yield { type: 'tool_call_delta', index: draft.index, argumentsDelta: draft.arguments };
    }
  }
}
