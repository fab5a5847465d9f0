import type { Call } from '../provider/call.js';
import type { Tool } from './tool.js';

/** Where tools come from that are not known in advance: an MCP server, for instance. */
export interface ToolSource {
  /** Names the source in errors and logs. */
  readonly name: string;
  /**
   * The tools there are now. It is asked before a run's first step, and may connect then.
   *
   * @throws `transport`, `timeout`, `malformed_response` and the like; `cancelled` when the signal aborts.
   */
  tools(call: Call): Promise<readonly Tool[]>;
}
