export { Client } from './client.js';
export type { ClientAgentOptions, ClientOptions } from './client-options.js';
export type { NamedOptions } from './named-options.js';
