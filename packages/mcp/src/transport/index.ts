export { parseMessage } from './parse-message.js';
export { readHeaders } from './read-headers.js';
export { readValues } from './read-values.js';
export type { HeaderFields, HeadersOption } from './read-headers.js';
export type { ReadValuesOptions } from './read-values.js';
export type { McpTransport } from '../mcp-transport.js';
