import { invalidOptions, systemClock, type Clock } from '@tako/core';

import type { McpTransport } from './mcp-transport.js';

/** What the servers of all transports have in common. */
export interface McpOptions {
  /**
   * Put before every tool's name, so that the tools of several servers can stand side by side: `true` for the name of
   * the server and two underscores (`files__read`), or a text of your own, at most 32 characters out of
   * `a-z A-Z 0-9 _ -`.
   *
   * @defaultValue false
   */
  readonly prefix?: boolean | string | undefined;
  /**
   * What to do when two tools of the server come to the same name, either because they are called the same or because
   * their names differ only in characters that vendors do not take: `refuse` throws `invalid`, `rename` gives all but
   * one a suffix made of their own name (and leaves out repetitions of the same name, with a warning).
   *
   * @defaultValue 'refuse'
   */
  readonly onCollision?: 'refuse' | 'rename' | undefined;
  /**
   * Longest wait for the answer to a tool call, in milliseconds; for ever with `Infinity`. Where it is given, it also
   * stands in for the orchestrator's own limit.
   *
   * @defaultValue 60_000
   */
  readonly callTimeoutMs?: number | undefined;
  /**
   * Longest wait until a server that was started or called up is ready, and again for its whole list of tools, in
   * milliseconds.
   *
   * @defaultValue 60_000
   */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * The revision to speak. `auto` asks for 2026-07-28 first (for a third of `connectTimeoutMs` at most), and then shakes
   * hands the old way; `2025-11-25` does only that, with whichever older revision the server knows.
   *
   * @defaultValue 'auto'
   */
  readonly protocolVersion?: 'auto' | '2025-11-25' | '2026-07-28' | undefined;
  /**
   * Hears of what was odd but not fatal, in one sentence without a line end: a line that is no JSON-RPC, an answer
   * nobody waits for, a tool that had to be left out. May quote up to 300 characters of what the server sent.
   */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/** Options of `McpSession`. */
export interface McpSessionOptions extends McpOptions {
  /** Names the server in errors, warnings and, where wanted, before its tools' names. */
  readonly name: string;
  /** Makes the transport of one connection. Called for the first one and after each that ended; does no I/O by itself. */
  readonly connect: () => McpTransport;
}

/** The options with every default filled in. */
export interface ResolvedOptions {
  readonly name: string;
  readonly connect: () => McpTransport;
  /** What stands before every tool's name, already legal; empty for nothing. */
  readonly prefix: string;
  readonly onCollision: 'refuse' | 'rename';
  readonly callTimeoutMs: number;
  /** For each tool, so that an orchestrator does not stop waiting before we do; absent where nobody asked for a limit. */
  readonly toolTimeoutMs: number | undefined;
  readonly connectTimeoutMs: number;
  readonly protocolVersion: 'auto' | '2025-11-25' | '2026-07-28';
  readonly warn: (message: string) => void;
  readonly clock: Clock;
}

const longestPrefix = 32;

/** @throws `invalid` for options that make no sense. */
export function resolveOptions(options: McpSessionOptions): ResolvedOptions {
  const {
    name,
    connect,
    prefix = false,
    onCollision = 'refuse',
    callTimeoutMs = 60_000,
    connectTimeoutMs = 60_000,
    protocolVersion = 'auto',
    onWarning,
    clock = systemClock(globalThis),
  } = options;
  const where = `MCP server "${name}"`;
  if (name === '') throw invalidOptions('MCP server', 'name must not be empty');
  if (!(callTimeoutMs > 0)) throw invalidOptions(where, `callTimeoutMs must be above 0, got ${callTimeoutMs}`);
  if (!(connectTimeoutMs > 0)) throw invalidOptions(where, `connectTimeoutMs must be above 0, got ${connectTimeoutMs}`);
  if (typeof prefix === 'string' && !/^[a-zA-Z0-9_-]{0,32}$/.test(prefix)) {
    throw invalidOptions(
      where,
      `prefix is at most ${longestPrefix} characters out of a-z A-Z 0-9 _ -, got "${prefix}"`,
    );
  }
  return {
    name,
    connect,
    prefix: typeof prefix === 'string' ? prefix : prefix ? prefixOf(name) : '',
    onCollision,
    callTimeoutMs,
    toolTimeoutMs: options.callTimeoutMs,
    connectTimeoutMs,
    protocolVersion,
    warn: quietly(onWarning),
    clock,
  };
}

function prefixOf(name: string): string {
  return `${name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, longestPrefix - 2)}__`;
}

/** Bounds what is told. What a log callback throws must not end a connection, so it is swallowed. */
function quietly(onWarning: McpOptions['onWarning']): (message: string) => void {
  return (message) => {
    try {
      onWarning?.(message.slice(0, 400).replace(/\s+/g, ' '));
    } catch {
      // See above.
    }
  };
}
