export { Conductor } from './conductor.js';
export { planExamples } from './plan-prompt.js';
export type { ConductorOptions, DescribedWorker } from './conductor-options.js';
export type { Join } from './run-steps.js';
export type { Limits } from '../tree/limits.js';
export type { Worker } from '../tree/worker.js';
