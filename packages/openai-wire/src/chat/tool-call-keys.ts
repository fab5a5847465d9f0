/** What a piece of a tool call says about which call it belongs to. */
interface Identity {
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string | undefined;
}

/**
 * Says which call a streamed piece belongs to.
 *
 * OpenAI numbers its calls, and names each one once. Servers that follow it leave the number out, number all calls 0, or
 * send a new id with every piece: a number stands for another call only where a new id comes with a name.
 */
export class ToolCallKeys {
  readonly #byIndex = new Map<number, { readonly key: number; id: string | undefined }>();
  readonly #byId = new Map<string, number>();
  #count = 0;

  /** The same number for all pieces of one call. */
  keyOf(piece: Identity): number {
    return piece.index === undefined ? this.#keyWithoutIndex(piece) : this.#keyByIndex(piece.index, piece);
  }

  #keyByIndex(index: number, { id, name }: Identity): number {
    const open = this.#byIndex.get(index);
    const isAnother = open?.id !== undefined && id !== undefined && id !== open.id && name !== undefined;
    if (open === undefined || isAnother) {
      const key = this.#count++;
      this.#byIndex.set(index, { key, id });
      return key;
    }
    open.id ??= id;
    return open.key;
  }

  #keyWithoutIndex({ id, name }: Identity): number {
    if (id !== undefined) {
      const key = this.#byId.get(id) ?? this.#count++;
      this.#byId.set(id, key);
      return key;
    }
    if (name !== undefined || this.#count === 0) return this.#count++;
    return this.#count - 1;
  }
}
