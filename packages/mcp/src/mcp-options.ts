import { invalidOptions, systemClock, type Clock } from '@tako/core';

import type { McpCallbacks, McpLogLevel } from './mcp-events.js';
import type { McpTransport } from './mcp-transport.js';
import type { McpToolsChange } from './tool-watch.js';

/** What the servers of all transports have in common. */
export interface McpOptions extends McpCallbacks {
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
  /** The only tools to offer, by their names at the server. @defaultValue all */
  readonly allowTools?: readonly string[] | undefined;
  /** Tools not to offer, by their names at the server, even where `allowTools` has them. @defaultValue none */
  readonly denyTools?: readonly string[] | undefined;
  /**
   * Hears when a list of tools differs from the one before it, which a server may change under a running agent. Where it
   * is given, the list is read again as soon as the server says that it changed; else when it is next asked for.
   */
  readonly onToolsChanged?: ((change: McpToolsChange) => void) | undefined;
  /**
   * Longest wait for the answer to a tool call, in milliseconds; for ever with `Infinity`. Where it is given, it also
   * stands in for the orchestrator's own limit.
   *
   * @defaultValue 60_000
   */
  readonly callTimeoutMs?: number | undefined;
  /**
   * Longest silence in a call, in milliseconds: from its start, or its last word of progress, to the next. Servers that
   * tell of no progress have to answer within it.
   *
   * @defaultValue Infinity
   */
  readonly callIdleTimeoutMs?: number | undefined;
  /**
   * Longest wait until a server that was started or called up is ready, and again for its whole list of tools, in
   * milliseconds.
   *
   * @defaultValue 60_000
   */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * How often a connection that ended by itself is made again without being asked for, one try after another. 0 leaves it
   * to the next who asks.
   *
   * @defaultValue 5
   */
  readonly reconnectAttempts?: number | undefined;
  /**
   * Longest pause before the second of these tries, in milliseconds; it doubles with each. Pauses are drawn at random
   * between nothing and the longest, so that many clients do not come back at once.
   *
   * @defaultValue 500
   */
  readonly reconnectDelayMs?: number | undefined;
  /** The longest of these pauses, in milliseconds. @defaultValue 30_000 */
  readonly maxReconnectDelayMs?: number | undefined;
  /** The most tools a server may list; more are `malformed_response`. @defaultValue 10_000 */
  readonly maxTools?: number | undefined;
  /** The largest result of a call, as UTF-8 text and base64; a larger one is an error that the model reads. @defaultValue 16_777_216 (16 MiB) */
  readonly maxResultBytes?: number | undefined;
  /**
   * The revision to speak. `auto` asks for 2026-07-28 first (for a third of `connectTimeoutMs` at most), and then shakes
   * hands the old way; `2025-11-25` does only that, with whichever older revision the server knows.
   *
   * @defaultValue 'auto'
   */
  readonly protocolVersion?: 'auto' | '2025-11-25' | '2026-07-28' | undefined;
  /** The least grave log messages to ask the server for. @defaultValue what the server sends unasked */
  readonly logLevel?: McpLogLevel | undefined;
  /**
   * Hears of what was odd but not fatal, in one sentence without a line end: a line that is no JSON-RPC, an answer
   * nobody waits for, a tool that had to be left out. May quote up to 300 characters of what the server sent.
   */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Uniform random number in [0, 1), for the pauses between tries. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/** Options of `McpSession`. */
export interface McpSessionOptions extends McpOptions {
  /** Names the server in errors, warnings and, where wanted, before its tools' names. */
  readonly name: string;
  /**
   * Makes the transport of one connection: anything that implements the official SDK's `Transport`. Called for the first
   * one and after each that ended; does no I/O by itself.
   */
  readonly connect: () => McpTransport;
}

/** The options with every default filled in. */
export interface ResolvedOptions extends McpCallbacks {
  readonly name: string;
  readonly connect: () => McpTransport;
  /** What stands before every tool's name, already legal; empty for nothing. */
  readonly prefix: string;
  readonly onCollision: 'refuse' | 'rename';
  readonly isOffered: (tool: string) => boolean;
  readonly onToolsChanged: ((change: McpToolsChange) => void) | undefined;
  readonly callTimeoutMs: number;
  readonly callIdleTimeoutMs: number;
  /** For each tool, so that an orchestrator does not stop waiting before we do; absent where nobody asked for a limit. */
  readonly toolTimeoutMs: number | undefined;
  readonly connectTimeoutMs: number;
  readonly reconnectAttempts: number;
  readonly reconnectDelayMs: number;
  readonly maxReconnectDelayMs: number;
  readonly maxTools: number;
  readonly maxResultBytes: number;
  readonly protocolVersion: 'auto' | '2025-11-25' | '2026-07-28';
  readonly logLevel: McpLogLevel | undefined;
  readonly warn: (message: string) => void;
  readonly random: () => number;
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
    allowTools,
    denyTools = [],
    callTimeoutMs = 60_000,
    callIdleTimeoutMs = Infinity,
    connectTimeoutMs = 60_000,
    reconnectAttempts = 5,
    reconnectDelayMs = 500,
    maxReconnectDelayMs = 30_000,
    maxTools = 10_000,
    maxResultBytes = 16 * 1024 * 1024,
    protocolVersion = 'auto',
    logLevel,
    onWarning,
    random = Math.random,
    clock = systemClock(globalThis),
  } = options;
  const where = `MCP server "${name}"`;
  if (name === '') throw invalidOptions('MCP server', 'name must not be empty');
  for (const [option, ms] of Object.entries({ callTimeoutMs, callIdleTimeoutMs, connectTimeoutMs })) {
    if (!(ms > 0)) throw invalidOptions(where, `${option} must be above 0, got ${ms}`);
  }
  const counts = { reconnectAttempts, reconnectDelayMs, maxReconnectDelayMs, maxTools, maxResultBytes };
  for (const [option, count] of Object.entries(counts)) {
    if (!(count >= 0)) throw invalidOptions(where, `${option} must not be below 0, got ${count}`);
  }
  if (typeof prefix === 'string' && !/^[a-zA-Z0-9_-]{0,32}$/.test(prefix)) {
    throw invalidOptions(
      where,
      `prefix is at most ${longestPrefix} characters out of a-z A-Z 0-9 _ -, got "${prefix}"`,
    );
  }
  const allowed = allowTools === undefined ? undefined : new Set(allowTools);
  const denied = new Set(denyTools);
  return {
    name,
    connect,
    prefix: typeof prefix === 'string' ? prefix : prefix ? prefixOf(name) : '',
    onCollision,
    isOffered: (tool) => !denied.has(tool) && allowed?.has(tool) !== false,
    onToolsChanged: quietly(options.onToolsChanged),
    callTimeoutMs,
    callIdleTimeoutMs,
    toolTimeoutMs: options.callTimeoutMs,
    connectTimeoutMs,
    reconnectAttempts,
    reconnectDelayMs,
    maxReconnectDelayMs,
    maxTools,
    maxResultBytes,
    protocolVersion,
    logLevel,
    onProgress: quietly(options.onProgress),
    onLog: quietly(options.onLog),
    onNotification: quietly(options.onNotification),
    onSampling: options.onSampling,
    onElicitation: options.onElicitation,
    warn: (message) => quietly(onWarning)?.(message.slice(0, 400).replace(/\s+/g, ' ')),
    random,
    clock,
  };
}

function prefixOf(name: string): string {
  return `${name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, longestPrefix - 2)}__`;
}

/** What a callback that only listens throws must not end a connection, so it is swallowed. */
function quietly<T>(callback: ((value: T) => void) | undefined): ((value: T) => void) | undefined {
  if (callback === undefined) return undefined;
  return (value) => {
    try {
      callback(value);
    } catch {
      // See above.
    }
  };
}
