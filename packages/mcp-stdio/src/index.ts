export { McpStdio } from './mcp-stdio.js';
export type { McpStdioOptions } from './mcp-stdio.js';
