import type { Transport } from '@modelcontextprotocol/client';
import type { TakoError } from '@tako/core';

/**
 * A connection to an MCP server, used once: the official SDK's `Transport`, which may also say what went wrong with it.
 *
 * A request that the server certainly has not begun with is rejected by `send` with a `TakoError` whose `details` hold
 * `unsent: true`: the session then makes a new connection, and sends it again. A `failure` whose `details` hold
 * `unreachable: true` says that nobody was there.
 *
 * `close` must call `onclose` before it does anything that takes time, so that calls that wait are rejected at once, and
 * resolve when nothing of the connection is left.
 */
export interface McpTransport extends Transport {
  /** Why the connection ended by itself, a new error each time it is read; absent while it has not. */
  readonly failure?: TakoError | undefined;
  /** Values that must not show in errors and warnings, tokens sent in headers for instance. */
  readonly secrets?: readonly string[] | undefined;
  /** Set by the session: call it when messages of the server's may have been missed, so that it looks again. */
  onmissed?: (() => void) | undefined;
  /** What the server said besides the protocol (its last lines on stderr), bounded and redacted, for errors. */
  readonly diagnostics?: string | undefined;
}
