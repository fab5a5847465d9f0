// Loaded on demand, when the first connection is made.
export { SSEClientTransport, SseError, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
