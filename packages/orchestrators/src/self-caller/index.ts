export { SelfCaller } from './self-caller.js';
export type { Revision, SelfCallerOptions } from './self-caller-options.js';
export type { Limits } from '../tree/limits.js';
export type { Worker } from '../tree/worker.js';
