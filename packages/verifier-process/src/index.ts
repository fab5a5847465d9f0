export { processVerifier } from './process-verifier.js';
export type { ProcessEnd, ProcessVerifierOptions } from './process-options.js';
