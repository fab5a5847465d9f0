import { parentPort, workerData } from 'node:worker_threads';

import type { ExperimentOptions } from './experiment.ts';
import { readExperiments } from './read-experiments.ts';

// One experiment in a thread of its own: `runExperiment` starts it, and gets what it found.
const { id, options } = workerData as { readonly id: string; readonly options: ExperimentOptions }; // as `runExperiment` gives it
const experiment = (await readExperiments()).find((one) => one.id === id);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(await experiment?.run(options));
