import type { Transport } from '@modelcontextprotocol/client';
import type { TakoError } from '@tako/core';

/**
 * A connection to an MCP server, used once: the official SDK's `Transport`, which may also say what went wrong with it.
 *
 * `close` must call `onclose` before it does anything that takes time, so that calls that wait are rejected at once, and
 * resolve when nothing of the connection is left.
 */
export interface McpTransport extends Transport {
  /** Why the connection ended by itself, a new error each time it is read; absent while it has not. */
  readonly failure?: TakoError | undefined;
  /** What the server said besides the protocol (its last lines on stderr), bounded and redacted, for errors. */
  readonly diagnostics?: string | undefined;
}
