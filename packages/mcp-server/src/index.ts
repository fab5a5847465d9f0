export { serveMcp } from './serve-mcp.js';
export type { AuthenticateRequest } from './request-gate.js';
export type { AgentTool } from './served-agent.js';
export type { ListenOptions, McpHttpFace, McpServerHttpOptions } from './http-face.js';
export type { McpServerStdioOptions, ServedMcp, ServeMcpOptions } from './serve-mcp.js';
export type { Output } from './own-stdout.js';
export type { Servable } from './tool-catalog.js';
