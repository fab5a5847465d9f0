import { Worker } from 'node:worker_threads';

import type { ExperimentOptions, Findings } from './experiment.ts';

/** Runs an experiment beside others: in a thread of its own. */
export async function runExperiment(id: string, options: ExperimentOptions): Promise<Findings> {
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: { id, options } });
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => {
        reject(new Error(`${id} ended without findings`));
      });
    });
  } finally {
    await worker.terminate();
  }
}
