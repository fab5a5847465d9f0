export { McpHttp } from './mcp-http.js';
export type { McpHttpOptions } from './mcp-http.js';
