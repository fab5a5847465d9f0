export { undiciTransport } from './undici-transport.js';
export type { UndiciTransportOptions } from './options.js';
export type { UndiciTransport } from './undici-transport.js';
