import type { Readable } from 'node:stream';

import type { Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { invalidOptions, systemClock, type Clock, type Tracer } from '@tako/core';

import { CallDesk } from './call-desk.js';
import { httpFace, type McpHttpFace, type McpServerHttpOptions } from './http-face.js';
import { ownStdout, type Output } from './own-stdout.js';
import { protocolServer } from './protocol-server.js';
import { StdioTransport } from './stdio-transport.js';
import { toolCatalog, type Servable } from './tool-catalog.js';

/** What `serveMcp` takes besides what it serves. */
export interface ServeMcpOptions {
  /** The server's name; the tool's too, where one orchestrator is served: 1 to 64 characters out of `a-z A-Z 0-9 _ -`. */
  readonly name: string;
  /** @defaultValue 0.0.0 */
  readonly version?: string | undefined;
  /** What an orchestrator is good for: the description of its tool. */
  readonly description?: string | undefined;
  /** Tells the model at the other end how to use the server. */
  readonly instructions?: string | undefined;
  /** Longest call, where its tool has no limit of its own. @defaultValue 300000 */
  readonly callTimeoutMs?: number | undefined;
  /** Calls at a time, of all clients; more get an error result that says so. @defaultValue 64 */
  readonly maxConcurrentCalls?: number | undefined;
  /** Largest result; more is cut, with a mark that says so. @defaultValue 8 MiB */
  readonly maxResultBytes?: number | undefined;
  /** How long `close` waits for calls that run before it aborts them. @defaultValue 10000 */
  readonly graceMs?: number | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
  /** Traces the runs. @defaultValue nobody listens */
  readonly tracer?: Tracer | undefined;
}

/** What `ServedMcp.stdio` takes. */
export interface McpServerStdioOptions {
  /** @defaultValue the process's stdin */
  readonly input?: Readable | undefined;
  /** @defaultValue the process's stdout; what else writes there goes to stderr as long as the server runs */
  readonly output?: Output | undefined;
  /** Largest message. @defaultValue 10 MiB */
  readonly maxMessageBytes?: number | undefined;
}

/** Something served over MCP. */
export interface ServedMcp {
  /** Serves over stdio. Resolves when the input has ended or the server was closed. */
  readonly stdio: (options?: McpServerStdioOptions) => Promise<void>;
  /** Serves over Streamable HTTP. Nothing listens yet. */
  readonly http: (options: McpServerHttpOptions) => McpHttpFace;
  /** Takes no more calls, waits for those that run, aborts what runs too long, and closes every connection. */
  readonly close: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/**
 * Makes an MCP server of an orchestrator, a source of tools, or a list of tools and orchestrators. Clients of 2025-11-25
 * and before and of 2026-07-28 are served alike.
 *
 * ```ts
 * const served = serveMcp(agent, { name: 'researcher', description: 'Answers questions from our papers' });
 * await served.stdio();
 * ```
 *
 * @throws `invalid` for wrong options, two tools of one name, a tool that nobody here would run.
 */
export function serveMcp(servable: Servable, options: ServeMcpOptions): ServedMcp {
  const { name, version = '0.0.0', description, instructions, tracer, clock = systemClock(globalThis) } = options;
  const {
    callTimeoutMs = 300_000,
    maxConcurrentCalls = 64,
    maxResultBytes = 8 * 1024 * 1024,
    graceMs = 10_000,
  } = options;
  for (const [key, value] of Object.entries({ callTimeoutMs, maxConcurrentCalls, maxResultBytes })) {
    if (!(value >= 1)) throw invalidOptions('serveMcp', `${key} must be at least 1, got ${value}`);
  }
  const limits = { callTimeoutMs, maxConcurrentCalls, maxResultBytes, clock, tracer };
  const desk = new CallDesk(toolCatalog(servable, name, description), limits);
  const makeServer = (): Server => protocolServer(desk, { name, version, instructions });
  const closers = new Set<() => Promise<void>>();
  const close = async (): Promise<void> => {
    await desk.close(graceMs);
    await Promise.allSettled([...closers].map((each) => each()));
    closers.clear();
  };

  return {
    stdio: async ({ input = process.stdin, output, maxMessageBytes = 10 * 1024 * 1024 } = {}) => {
      const owned = output === undefined ? ownStdout() : { output, release: () => undefined };
      const transport = new StdioTransport(input, owned.output, maxMessageBytes);
      try {
        await new Promise<void>((resolve) => {
          transport.onend = resolve;
          const serving = serveStdio(makeServer, { transport });
          closers.add(() => serving.close());
        });
      } finally {
        owned.release();
      }
    },
    http: (httpOptions) => {
      const face = httpFace({ makeServer, isClosing: () => desk.isClosing, clock }, httpOptions);
      closers.add(face.close);
      return face;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
