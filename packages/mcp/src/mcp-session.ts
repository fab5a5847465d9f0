import { cancelled, TakoError, type Call, type ToolContext, type ToolOutput, type ToolSource } from '@tako/core';

import type { Connection } from './connection.js';
import { Connector } from './connector.js';
import { fromCallResult } from './from-call-result.js';
import { listServerTools } from './list-server-tools.js';
import { resolveOptions, type McpSessionOptions, type ResolvedOptions } from './mcp-options.js';
import type { McpTool } from './mcp-tool.js';
import { offeredNames } from './offered-names.js';
import { ownCopy } from './own-copy.js';
import { isRecord, type ServerTool } from './server-tool.js';
import { within } from './within.js';

/** The tools as they were listed over a connection. */
interface Listed {
  readonly connection: Connection;
  readonly tools: readonly McpTool[];
}

/**
 * An MCP server as a source of tools, over any transport.
 *
 * Nothing happens before the first `tools` or tool call: then it connects, once for all who wait. When the connection
 * ends by itself, everything that waits is rejected at once with `transport`, and the next `tools` or tool call connects
 * anew. No call is ever sent twice.
 *
 * The list of tools is kept until the server says that it changed, or the connection ended.
 *
 * Several runs may share a session. What one of them aborts does not disturb the others: a connection or list that
 * nobody waits for any more is still brought to its end, and kept.
 */
export class McpSession implements ToolSource, AsyncDisposable {
  /** Names the server in errors and warnings. */
  readonly name: string;
  readonly #options: ResolvedOptions;
  readonly #life = new AbortController();
  readonly #connector: Connector;
  #listing: Promise<readonly McpTool[]> | undefined;
  #listed: Listed | undefined;
  #closing: Promise<void> | undefined;

  /** @throws `invalid` for options that make no sense. */
  constructor(options: McpSessionOptions) {
    this.#options = resolveOptions(options);
    this.name = this.#options.name;
    this.#connector = new Connector(this.#options, this.#life.signal);
  }

  /**
   * The server's tools, under names that every vendor takes.
   *
   * @throws `transport` or `not_found` when there is no connection to be had, or it ends; `timeout`; `unsupported` when
   *   the two sides share no revision; `provider` when the server refuses; `malformed_response` when its list cannot be
   *   read; `invalid` when two tools come to the same name; `cancelled` when the signal aborts.
   */
  async tools(call: Call): Promise<readonly McpTool[]> {
    return this.#atTheDoor(call.signal, () => this.#wait(call.signal, () => this.#current()));
  }

  /**
   * Ends the connection and everything that waits, for good. Resolves when nothing of it is left; never rejects. Calling
   * it again changes nothing.
   */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      // Trying again does not help: a closed session stays closed.
      const options = { source: this.name, retryable: false };
      this.#life.abort(new TakoError('transport', `${this.name}: the session is closed`, options));
      this.#closing = this.#connector.close();
    }
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #current(): Promise<readonly McpTool[]> {
    const listed = this.#listed;
    if (listed?.connection.isOpen === true && !listed.connection.toolsChanged) return listed.tools;
    this.#listing ??= this.#list().finally(() => {
      this.#listing = undefined;
    });
    return this.#listing;
  }

  async #list(): Promise<readonly McpTool[]> {
    const { clock, connectTimeoutMs, name, warn } = this.#options;
    const connection = await this.#connector.connected();
    // First, so that a change while the list is read is not lost.
    connection.toolsChanged = false;
    try {
      const serverTools = await within(
        {
          signals: [this.#life.signal],
          clock,
          timeoutMs: connectTimeoutMs,
          expired: () => this.#timeout('its list of tools', 'connectTimeoutMs', connectTimeoutMs),
        },
        (signal) => listServerTools(connection, { source: name, signal, warn }),
      );
      this.#listed = { connection, tools: this.#offer(serverTools) };
    } catch (error) {
      connection.toolsChanged = true;
      throw error;
    }
    return this.#listed.tools;
  }

  #offer(serverTools: readonly ServerTool[]): readonly McpTool[] {
    const { name: server, toolTimeoutMs, warn } = this.#options;
    const names = offeredNames(
      serverTools.map(({ name }) => name),
      this.#options,
    );
    const tools: McpTool[] = [];
    for (const [at, serverTool] of serverTools.entries()) {
      const name = names[at];
      if (name === undefined) {
        warn(`${server}: the tool "${serverTool.name}" is listed twice; the second one is left out`);
        continue;
      }
      const { title, description, inputSchema, outputSchema, annotations } = serverTool;
      tools.push({
        name,
        description: description ?? title,
        inputSchema,
        timeoutMs: toolTimeoutMs,
        execute: (input: unknown, context: ToolContext) => this.#call(serverTool.name, input, context),
        mcp: { server, name: serverTool.name, title, annotations, outputSchema },
      });
    }
    return tools;
  }

  async #call(tool: string, input: unknown, context: ToolContext): Promise<ToolOutput> {
    const { callTimeoutMs, clock } = this.#options;
    const { signal } = context.call;
    const what = `the call of "${tool}"`;
    return this.#atTheDoor(signal, async () => {
      const connection = await this.#wait(signal, () => this.#connector.connected());
      const result = await within(
        {
          signals: [signal, this.#life.signal],
          clock,
          timeoutMs: callTimeoutMs,
          expired: () => this.#timeout(what, 'callTimeoutMs', callTimeoutMs),
        },
        (inner) =>
          connection.request(
            { method: 'tools/call', params: { name: tool, arguments: isRecord(input) ? input : {} } },
            { what, refusal: 'tool', signal: inner },
          ),
      );
      return fromCallResult(result, this.name);
    });
  }

  /** Waits for work that others may wait for too, and that has its own limits. */
  #wait<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return within({ signals: [signal, this.#life.signal], clock: this.#options.clock }, work);
  }

  async #atTheDoor<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw signal.aborted ? cancelled(signal.reason) : ownCopy(error);
    }
  }

  #timeout(what: string, option: string, limitMs: number): TakoError {
    return new TakoError('timeout', `${this.name}: ${what} was not answered within ${limitMs} ms (${option})`, {
      source: this.name,
      details: { limitMs },
    });
  }
}
