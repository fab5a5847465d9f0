export { dryRun } from './dry-run.js';
export type { Asked, AsksModels } from '../asks.js';
export type { WorstCase } from './dry-run.js';
export type { Worker } from '../tree/worker.js';
