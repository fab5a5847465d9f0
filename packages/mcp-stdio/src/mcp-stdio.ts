import { basename } from 'node:path';

import { invalidOptions, systemClock, type Call, type Credential, type ToolSource } from '@tako/core';
import { McpSession, type McpOptions, type McpPrompts, type McpResources, type McpTool } from '@tako/mcp';

import { StdioTransport } from './stdio-transport.js';

/** Options of `McpStdio`. */
export interface McpStdioOptions extends McpOptions {
  /** The program: a name that is looked up in `PATH`, or a path. No shell reads it. */
  readonly command: string;
  /** Its arguments, as they are. @defaultValue [] */
  readonly args?: readonly string[] | undefined;
  /**
   * Environment variables. They are added to the few that are safe to hand to any program (on Unix `HOME`, `LOGNAME`,
   * `PATH`, `SHELL`, `TERM`, `USER`; the SDK's `getDefaultEnvironment`); the rest of our own environment is not handed
   * on. A value may be a secret or a function, asked at each start; `$ENV:NAME` stands for our own variable `NAME`.
   * Values do not show in errors.
   *
   * @defaultValue none
   */
  readonly env?: { readonly [name: string]: Credential | undefined } | undefined;
  /** The folder to run in. @defaultValue our own */
  readonly cwd?: string | undefined;
  /** Names the server in errors, and before its tools' names where `prefix` is set. @defaultValue the command's file name */
  readonly name?: string | undefined;
  /** Hears every line that the server writes to stderr, which is where servers log; without its line end, as it is. */
  readonly onStderr?: ((line: string) => void) | undefined;
  /**
   * How long `close` waits for the server to end after closing its input, and again after SIGTERM, before SIGKILL; in
   * milliseconds.
   *
   * @defaultValue 2000
   */
  readonly graceMs?: number | undefined;
  /**
   * The longest message taken from the server. A longer one ends the connection, with `transport` for every call that
   * waits.
   *
   * @defaultValue 33_554_432 (32 MiB)
   */
  readonly maxMessageBytes?: number | undefined;
}

/**
 * An MCP server that runs as a child process, as a source of tools.
 *
 * ```ts
 * await using files = new McpStdio({ command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem', '.'] });
 * const agent = new SingleAgent({ provider, mcpServers: [files] });
 * ```
 *
 * The process starts when the tools are first asked for, and again when they are asked for or called after it died.
 * Close it, or the process keeps running and this one alive.
 */
export class McpStdio implements ToolSource, AsyncDisposable {
  /** What the server offers to read. */
  readonly resources: McpResources;
  /** Templates of messages that the server offers. */
  readonly prompts: McpPrompts;
  readonly #session: McpSession;

  /** @throws `invalid` for options that make no sense. */
  constructor(options: McpStdioOptions) {
    const {
      command,
      args = [],
      env = {},
      cwd,
      name = basename(command),
      onStderr,
      graceMs = 2_000,
      maxMessageBytes = 32 * 1024 * 1024,
      clock = systemClock(globalThis),
      ...shared
    } = options;
    if (command === '') throw invalidOptions('McpStdio', 'command must not be empty');
    if (!(graceMs >= 0)) throw invalidOptions('McpStdio', `graceMs must not be below 0, got ${graceMs}`);
    if (!(maxMessageBytes >= 1))
      throw invalidOptions('McpStdio', `maxMessageBytes must be at least 1, got ${maxMessageBytes}`);
    const transport = { source: name, command, args, env, cwd, graceMs, maxMessageBytes, onStderr, clock };
    this.#session = new McpSession({ ...shared, name, clock, connect: () => new StdioTransport(transport) });
    this.resources = this.#session.resources;
    this.prompts = this.#session.prompts;
  }

  /** Names the server in errors and warnings. */
  get name(): string {
    return this.#session.name;
  }

  /**
   * The server's tools, under names that every vendor takes. Starts the server where it does not run.
   *
   * @throws as `McpSession.tools`; `not_found` when there is no such command or folder; `auth` when `env` asks for a
   *   variable that is not set.
   */
  tools(call: Call): Promise<readonly McpTool[]> {
    return this.#session.tools(call);
  }

  /**
   * Ends the server for good: its input is closed, then it gets SIGTERM, then SIGKILL, with all that it started. Calls
   * that wait are rejected at once. Resolves when the process is gone; never rejects. Calling it again changes nothing.
   */
  close(): Promise<void> {
    return this.#session.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
