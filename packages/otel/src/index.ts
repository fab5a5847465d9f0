export { otel } from './otel.js';
export { tracedFetch } from './traced-fetch.js';
export { tracedTransport } from './traced-transport.js';
export type { ContentField, OtelOptions } from './otel.js';
export type { Fetch } from './traced-fetch.js';
