export { McpSession } from './mcp-session.js';
export type { McpOptions, McpSessionOptions } from './mcp-options.js';
export type { McpTool, McpToolAnnotations, McpToolInfo } from './mcp-tool.js';
export type { McpTransport } from './mcp-transport.js';
