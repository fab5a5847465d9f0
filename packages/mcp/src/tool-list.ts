import type { ToolContext, ToolOutput } from '@tako/core';

import type { Connection } from './connection.js';
import { fingerprint } from './fingerprint.js';
import { listPages } from './list-pages.js';
import type { McpTool } from './mcp-tool.js';
import { offeredNames } from './offered-names.js';
import { headerProblem } from './param-headers.js';
import type { Requester } from './requester.js';
import { readServerTool, type ServerTool } from './server-tool.js';
import { ToolWatch } from './tool-watch.js';

/** Runs a tool of the server's. */
export type CallServerTool = (tool: ServerTool, input: unknown, context: ToolContext) => Promise<ToolOutput>;

/** A tool that can be offered, with its fingerprint. */
interface Candidate {
  readonly tool: ServerTool;
  readonly print: string;
}

/** The tools as they were listed over a connection. */
interface Listed {
  readonly connection: Connection;
  readonly tools: readonly McpTool[];
}

/** Many notifications in a row, from a hostile server for instance, make for one list. */
const refreshPauseMs = 200;

/** The server's list of tools, kept until the server says that it changed, or the connection ended. */
export class ToolList {
  readonly #requester: Requester;
  readonly #call: CallServerTool;
  readonly #watch: ToolWatch;
  #listing: Promise<readonly McpTool[]> | undefined;
  #listed: Listed | undefined;
  #stopRefresh: (() => void) | undefined;

  constructor(requester: Requester, call: CallServerTool) {
    this.#requester = requester;
    this.#call = call;
    this.#watch = new ToolWatch(requester.options.name, requester.options.maxTools);
  }

  /** Whether the tools are known, and nobody has to be asked. */
  get isCurrent(): boolean {
    return this.#listed?.connection.isOpen === true && !this.#listed.connection.toolsChanged;
  }

  /** The tools; they are listed where that is needed, once for all who ask. */
  async current(): Promise<readonly McpTool[]> {
    if (this.#listed !== undefined && this.isCurrent) return this.#listed.tools;
    this.#listing ??= this.#requester
      .over(this.#requester.life, (connection) => this.#list(connection))
      .finally(() => {
        this.#listing = undefined;
      });
    return this.#listing;
  }

  /** Lists the tools anew in a moment, where anybody has asked for them before. */
  refreshSoon(): void {
    const { clock, name, warn } = this.#requester.options;
    if (this.#listed === undefined || this.#stopRefresh !== undefined || this.#requester.life.aborted) return;
    this.#stopRefresh = clock.after(refreshPauseMs, () => {
      this.#stopRefresh = undefined;
      if (!this.#requester.isConnected) return; // gone again: whoever brings it back lists anew
      this.current().catch((error: unknown) => {
        if (!this.#requester.life.aborted) warn(`${name}: the list of tools could not be read again: ${String(error)}`);
      });
    });
  }

  /** Calls off what would happen later. */
  stop(): void {
    this.#stopRefresh?.();
  }

  async #list(connection: Connection): Promise<readonly McpTool[]> {
    const { connectTimeoutMs, maxTools, name, onToolsChanged } = this.#requester.options;
    await connection.listen();
    // First, so that a change while the list is read is not lost.
    connection.toolsChanged = false;
    try {
      const entries = await this.#requester.limited(
        this.#requester.life,
        'its list of tools',
        connectTimeoutMs,
        async (signal) =>
          connection.offers.tools === undefined
            ? []
            : listPages(connection, 'tools/list', 'tools', { source: name, signal, maxEntries: maxTools }),
      );
      const candidates = await this.#candidates(entries, connection.isLegacy);
      const tools = this.#offer(candidates);
      this.#listed = { connection, tools };
      const change = this.#watch.see(new Map(candidates.map(({ tool, print }) => [tool.name, print])));
      if (change !== undefined) onToolsChanged?.(change);
      return tools;
    } catch (error) {
      connection.toolsChanged = true;
      throw error;
    }
  }

  async #candidates(entries: readonly unknown[], isLegacy: boolean): Promise<readonly Candidate[]> {
    const { isOffered, name, warn } = this.#requester.options;
    const read = entries.map(readServerTool);
    const nameless = read.filter((tool) => tool === undefined).length;
    if (nameless > 0) warn(`${name}: ${nameless} of the tools have no name, and are left out`);
    const wanted = read.filter((tool) => tool !== undefined).filter((tool) => isOffered(tool.name));
    // Headers came with revision 2026-07-28: before it, the keyword meant nothing.
    const callable = isLegacy ? wanted : wanted.filter((tool) => this.#hasLegalHeaders(tool));
    const prints = await Promise.all(callable.map(fingerprint));
    return callable.flatMap((tool, at) => {
      const print = prints[at];
      if (print !== undefined) return [{ tool, print }];
      warn(`${name}: the schema of the tool "${tool.name}" is nested too deep; it is left out`);
      return [];
    });
  }

  #hasLegalHeaders({ name: tool, inputSchema }: ServerTool): boolean {
    const problem = headerProblem(inputSchema);
    if (problem === undefined) return true;
    const { name, warn } = this.#requester.options;
    warn(`${name}: the tool "${tool}" asks for headers that are not legal (${problem}); it is left out`);
    return false;
  }

  #offer(candidates: readonly Candidate[]): readonly McpTool[] {
    const { name: server, toolTimeoutMs, warn } = this.#requester.options;
    const names = offeredNames(
      candidates.map(({ tool }) => tool.name),
      this.#requester.options,
    );
    const tools: McpTool[] = [];
    for (const [at, { tool, print }] of candidates.entries()) {
      const name = names[at];
      if (name === undefined) {
        warn(`${server}: the tool "${tool.name}" is listed twice; the second one is left out`);
        continue;
      }
      const { title, description, inputSchema, outputSchema, annotations } = tool;
      tools.push({
        name,
        description: description ?? title,
        inputSchema,
        timeoutMs: toolTimeoutMs,
        execute: (input: unknown, context: ToolContext) => this.#call(tool, input, context),
        mcp: { server, name: tool.name, title, annotations, outputSchema, fingerprint: print },
      });
    }
    return tools;
  }
}
