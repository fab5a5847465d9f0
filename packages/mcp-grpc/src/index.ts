export { McpGrpc } from './mcp-grpc.js';
export type { McpGrpcOptions } from './mcp-grpc.js';
export type { GrpcService } from './session-method.js';
