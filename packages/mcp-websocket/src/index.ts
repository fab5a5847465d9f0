export { McpWebSocket } from './mcp-websocket.js';
export type { McpWebSocketOptions } from './mcp-websocket.js';
