import type { JsonSchema, Tool } from '@tako/core';

/**
 * What a server says about a tool's behaviour. These are claims: decide nothing by them unless you trust the server.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/schema#toolannotations (read 2026-11-23)
 */
export interface McpToolAnnotations {
  /** It changes nothing. */
  readonly readOnlyHint?: boolean | undefined;
  /** It may destroy or overwrite; meaningful where it is not read-only. */
  readonly destructiveHint?: boolean | undefined;
  /** Calling it again with the same arguments changes nothing more; meaningful where it is not read-only. */
  readonly idempotentHint?: boolean | undefined;
  /** It deals with the world outside, a web search for instance. */
  readonly openWorldHint?: boolean | undefined;
}

/** Where a tool comes from, and what its server says about it beyond what a model sees. */
export interface McpToolInfo {
  /** The name of the session. */
  readonly server: string;
  /** The tool's name at the server; `Tool.name` is what a model sees. */
  readonly name: string;
  /** A name for people. */
  readonly title?: string | undefined;
  readonly annotations?: McpToolAnnotations | undefined;
  /** What the server promises of `structuredContent`. It is not checked. */
  readonly outputSchema?: JsonSchema | undefined;
  /**
   * SHA-256, in hexadecimal, of name, description, input schema and annotations as canonical JSON: what was approved
   * yesterday is the same today if this is.
   */
  readonly fingerprint: string;
}

/** A tool of an MCP server. */
export interface McpTool extends Tool {
  readonly mcp: McpToolInfo;
}
