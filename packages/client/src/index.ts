export { Client } from './client.js';
export type { ClientAgentOptions, ClientOptions } from './client-options.js';
