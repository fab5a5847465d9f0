import type { Experiment } from './experiment.ts';
import { learnedRouting } from './routing/learned-routing.ts';

export const experiment: Experiment = {
  id: 'E3',
  title: 'Learned routing on simulated pools',
  question:
    'Six simulated workers of known skill and price answer questions from eight domains; only the words of a question tell its domain, and not surely. How much of ' +
    'what an oracle gains on the best single worker do `headRouter`, `clusterRouter` and `knnRouter` gain with 500 labelled questions, and `banditRouter` after ' +
    '2 000 pulls; do they harm where workers are equal, and does the bandit recover when the best worker breaks?',
  run: learnedRouting,
  leastScale: 1,
};
