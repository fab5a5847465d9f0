import type { ModelConfig } from './gateway-config.js';
import type { RouterConfig, VerifierConfig } from './model-config.js';

/** Names of other parts of a config, each with where it stands in a model. */
export type Named = readonly (readonly [path: readonly PropertyKey[], name: string])[];

/** Whether a provider stands behind a model, whoever it is: then it can be used like one. */
export function isDirect({ type }: ModelConfig): boolean {
  return ['provider', 'router', 'cascade'].includes(type);
}

/** Who must be a provider, or a model that is one. */
export function providersOf(model: ModelConfig): Named {
  const scorers = 'verifier' in model && model.verifier !== undefined ? verifiersOf(model.verifier, ['verifier']) : [];
  switch (model.type) {
    case 'provider':
      return [[['provider'], model.provider]];
    case 'single_agent':
      return [[['provider'], model.provider], ...(model.router === undefined ? [] : routerOf(model.router))];
    case 'router':
      return routerOf(model.router);
    case 'cascade':
      return [...model.steps.map(({ provider }, at) => [['steps', at, 'provider'], provider] as const), ...scorers];
    case 'conductor':
      return [[['coordinator'], model.coordinator], ...scorers];
    case 'ab_mcts':
    case 'self_caller':
      return scorers;
    case 'trinity':
      return [];
    default:
      return model satisfies never;
  }
}

function verifiersOf(verifier: VerifierConfig, at: readonly PropertyKey[]): Named {
  switch (verifier.type) {
    case 'llm_judge':
    case 'majority':
      return [[[...at, 'provider'], verifier.provider]];
    case 'panel':
      return verifier.judges.flatMap((judge, index) => verifiersOf(judge, [...at, 'judges', index]));
    case 'combine':
      return verifier.verifiers.flatMap((each, index) => verifiersOf(each, [...at, 'verifiers', index]));
    case 'fits_schema':
    case 'length_between':
    case 'matches':
      return [];
    default:
      return verifier satisfies never;
  }
}

function routerOf(router: RouterConfig): Named {
  const candidates = router.candidates.map((candidate, at) => [['router', 'candidates', at], candidate] as const);
  return router.by === 'judge' ? [...candidates, [['router', 'provider'], router.provider]] : candidates;
}

/** Names that a router knows besides its candidates, and that must be among them. */
export function chosenOf(router: RouterConfig): Named {
  const keys = (key: string, of: object | undefined): Named =>
    Object.keys(of ?? {}).map((candidate) => [['router', key, candidate], candidate]);
  switch (router.by) {
    case 'round_robin':
      return keys('weights', router.weights);
    case 'multi_factor':
      return keys('quality', router.quality);
    case 'judge':
      return keys('notes', router.notes);
    case 'pattern':
      return [
        ...router.patterns.map(({ use }, at) => [['router', 'patterns', at, 'use'], use] as const),
        ...(router.otherwise === undefined ? [] : [[['router', 'otherwise'], router.otherwise] as const]),
      ];
    case 'cheapest':
    case 'fastest':
      return [];
    default:
      return router satisfies never;
  }
}

/** What a model is made of: providers, or other models. */
export function partsOf(model: ModelConfig): Named {
  switch (model.type) {
    case 'conductor':
      return Object.entries(model.workers).map(([key, worker]) =>
        typeof worker === 'string' ? [['workers', key], worker] : [['workers', key, 'use'], worker.use],
      );
    case 'trinity':
      return Object.entries(model.agents).map(([key, agent]) => [['agents', key], agent]);
    case 'ab_mcts':
      return Object.entries(model.generators).map(([key, generator]) => [['generators', key], generator]);
    case 'self_caller':
      return [[['inner'], model.inner]];
    case 'provider':
    case 'router':
    case 'cascade':
    case 'single_agent':
      return [];
    default:
      return model satisfies never;
  }
}

/** Every provider and model that a model cannot do without, or chooses from. */
export function needsOf(model: ModelConfig): readonly string[] {
  return [...providersOf(model), ...partsOf(model)].map(([, name]) => name);
}
