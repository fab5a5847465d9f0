export { otel } from './otel.js';
export type { ContentField, OtelOptions } from './otel.js';
