import type { ContentBlockDelta, ContentBlockStart, ReasoningContentBlockDelta } from '@aws-sdk/client-bedrock-runtime';
import { toBase64, type JsonObject, type VendorData } from '@tako/core';
import { ToolCallAssembler, type ChatEvent } from '@tako/core/provider';

import { joined } from './joined.js';

/** The content blocks of one answer, by Bedrock's own counting. Pieces of several may be mixed. */
export class Blocks {
  readonly #indices = new Map<string, number>();
  readonly #calls = new Map<number, ToolCallAssembler>();
  readonly #signatures = new Map<number, string>();
  readonly #redacted = new Map<number, Uint8Array[]>();
  readonly #foreign = new Set<number>();

  *start(block: number, { toolUse }: ContentBlockStart): Generator<ChatEvent> {
    if (toolUse === undefined) return;
    if (!isOurs(toolUse)) {
      this.#foreign.add(block);
      return;
    }
    yield* this.#call(block).add({ key: block, id: textOf(toolUse.toolUseId), name: textOf(toolUse.name) });
  }

  *delta(block: number, { text, toolUse, reasoningContent }: ContentBlockDelta): Generator<ChatEvent> {
    if (text !== undefined) {
      if (textOf(text) !== '') yield { type: 'text_delta', index: this.#index(block, 'text'), text };
    } else if (toolUse !== undefined) {
      if (!this.#foreign.has(block)) yield* this.#call(block).add({ key: block, arguments: textOf(toolUse.input) });
    } else if (reasoningContent !== undefined) {
      yield* this.#reasoning(block, reasoningContent);
    }
  }

  *stop(block: number): Generator<ChatEvent> {
    yield* this.#calls.get(block)?.end() ?? [];
    this.#calls.delete(block);
  }

  *stopAll(): Generator<ChatEvent> {
    for (const block of this.#calls.keys()) yield* this.stop(block);
  }

  #call(block: number): ToolCallAssembler {
    let call = this.#calls.get(block);
    if (call === undefined) {
      call = new ToolCallAssembler(() => this.#index(block, 'tool_call'));
      this.#calls.set(block, call);
    }
    return call;
  }

  *#reasoning(block: number, { text, signature, redactedContent }: ReasoningContentBlockDelta): Generator<ChatEvent> {
    const index = (): number => this.#index(block, 'reasoning');
    if (text !== undefined && textOf(text) !== '') yield { type: 'reasoning_delta', index: index(), text };
    if (signature !== undefined && textOf(signature) !== '') {
      const whole = (this.#signatures.get(block) ?? '') + signature;
      this.#signatures.set(block, whole);
      yield { type: 'reasoning_delta', index: index(), text: '', vendorData: stateOf({ signature: whole }) };
    }
    if (redactedContent instanceof Uint8Array) {
      const whole = joined([...(this.#redacted.get(block) ?? []), redactedContent]);
      this.#redacted.set(block, [whole]);
      const vendorData = stateOf({ redactedContent: toBase64(whole) });
      yield { type: 'reasoning_delta', index: index(), text: '', vendorData };
    }
  }

  /**
   * Parts are numbered as they first appear; blocks that become none leave no gap. One block that changes its kind is two
   * parts: thinking must not be shown as an answer.
   */
  #index(block: number, kind: 'text' | 'reasoning' | 'tool_call'): number {
    const key = `${block} ${kind}`;
    const known = this.#indices.get(key) ?? this.#indices.size;
    this.#indices.set(key, known);
    return known;
  }
}

/** The SDK does not look at what the wire has in place of a text. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Tools that Bedrock runs itself (`server_tool_use`) are nobody's to answer. */
function isOurs({ type }: { readonly type?: string | undefined }): boolean {
  return type !== 'server_tool_use';
}

function stateOf(data: JsonObject): VendorData {
  return { vendor: 'bedrock', data };
}
