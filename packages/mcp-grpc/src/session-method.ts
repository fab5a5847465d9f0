/** A service that carries MCP over one stream in both directions. */
export type GrpcService = 'mcp.transport.v1' | 'tako.mcp.v1';

/**
 * The method to call of each service. Their frames are alike: field 1 is a text with one JSON-RPC message.
 *
 * Source of the first: `proto/mcp/transport/v1/mcp.proto` of https://www.npmjs.com/package/mcp-grpc-transport/v/0.2.0
 * (read 2026-11-23). Its other fields, `related_request_id` and `resumption_token`, may stay away, and tell a client of MCP
 * nothing that the message does not.
 */
export const sessionMethods: Readonly<Record<GrpcService, string>> = {
  'mcp.transport.v1': '/mcp.transport.v1.Mcp/Session',
  'tako.mcp.v1': '/tako.mcp.v1.Mcp/Session',
};
