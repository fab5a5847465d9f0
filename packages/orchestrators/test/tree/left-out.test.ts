import { expect, test } from 'vitest';

import { AbMcts, type AbMctsOptions } from '../../src/ab-mcts/index.js';
import { Conductor, type ConductorOptions } from '../../src/conductor/index.js';
import { SelfCaller, type SelfCallerOptions } from '../../src/self-caller/index.js';
import { scriptedModel } from '../scripted-model.js';

const provider = scriptedModel([]);

// What JavaScript callers do: the compiler would not let these pass.
test.each<[string, () => unknown, string]>([
  [
    'a search without a verifier',
    () => new AbMcts({ provider } as unknown as AbMctsOptions),
    'AbMcts: pass a verifier',
  ],
  [
    'a verifier that is a function',
    () => new AbMcts({ provider, verifier: () => 1 } as unknown as AbMctsOptions),
    'AbMcts: pass a verifier',
  ],
  [
    'a self-caller without a guard',
    () => new SelfCaller({ inner: provider } as unknown as SelfCallerOptions),
    'SelfCaller guard: pass a verifier',
  ],
  [
    'a conductor with a verifier that is none',
    () =>
      new Conductor({ coordinator: provider, workers: { provider }, verifier: null } as unknown as ConductorOptions),
    'Conductor: pass a verifier',
  ],
])('%s is refused at construction', (_, make, message) => {
  expect(make).toThrow(expect.objectContaining({ code: 'invalid', message: expect.stringContaining(message) }));
});
