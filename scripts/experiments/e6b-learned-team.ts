import type { Experiment } from './experiment.ts';
import { learnedTeam } from './routing/learned-team.ts';

export const experiment: Experiment = {
  id: 'E6B',
  title: 'Trinity: a trained head',
  question:
    'Three simulated agents, each good at one kind of question, one of them good at planning, one at checking, and nobody says who. How near does `headRoleRouter`, ' +
    'trained by `trainHead` on 300 questions and then on whole runs, come to the best policy there is, which knows all skills?',
  run: learnedTeam,
  leastScale: 1,
};
