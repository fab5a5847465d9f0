export { ChainedAuth } from './chained-auth.js';
export { readCredentials } from './read-credentials.js';
export { StaticTokens } from './static-tokens.js';
export type { ChainedAuthOptions } from './chained-auth.js';
export type { IncomingRequest } from './read-credentials.js';
