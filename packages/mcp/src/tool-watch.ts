/** How a list of tools differs from the one before it. */
export interface McpToolsChange {
  /** The name of the session. */
  readonly server: string;
  /** Names, at the server, of tools that were not in the list before. */
  readonly added: readonly string[];
  /** Names of tools that are gone. */
  readonly removed: readonly string[];
  /**
   * Tools whose name is known but whose description, schema or annotations are others than when they were last listed, be
   * it before they were taken away. A server may do so in good faith, or to slip instructions past whoever approved it.
   */
  readonly changed: readonly McpToolChange[];
}

/** A tool that is not what it was. The fingerprints are those of `tool.mcp.fingerprint`. */
export interface McpToolChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Remembers the fingerprints of a server's tools, over all its connections. */
export class ToolWatch {
  readonly #server: string;
  /** How many tools that are gone are remembered. */
  readonly #maxGone: number;
  #present: ReadonlyMap<string, string> | undefined;
  readonly #gone = new Map<string, string>();

  constructor(server: string, maxGone: number) {
    this.#server = server;
    this.#maxGone = maxGone;
  }

  /** Takes note of a list. @returns how it differs; `undefined` where it does not, and for the first one */
  see(fingerprints: ReadonlyMap<string, string>): McpToolsChange | undefined {
    const before = this.#present;
    this.#present = fingerprints;
    if (before === undefined) return undefined;
    const added: string[] = [];
    const changed: McpToolChange[] = [];
    for (const [name, after] of fingerprints) {
      const known = before.get(name) ?? this.#gone.get(name);
      if (known === undefined) added.push(name);
      else if (known !== after) changed.push({ name, before: known, after });
      else if (!before.has(name)) added.push(name);
      this.#gone.delete(name);
    }
    const removed = Array.from(before.keys()).filter((name) => !fingerprints.has(name));
    for (const name of removed) this.#forget(name, before.get(name) ?? '');
    if (added.length + removed.length + changed.length === 0) return undefined;
    return { server: this.#server, added, removed, changed };
  }

  #forget(name: string, fingerprint: string): void {
    this.#gone.set(name, fingerprint);
    // A map keeps the order in which keys were set: the first is the one gone longest.
    for (const oldest of this.#gone.keys()) {
      if (this.#gone.size <= this.#maxGone) break;
      this.#gone.delete(oldest);
    }
  }
}
