import type { Provider, Router } from '@tako/core';
import { cheapest, fastest, judgeRouter, multiFactor, regexRouter, roundRobin } from '@tako/orchestrators/routers';

import type { RouterConfig } from '../config/model-config.js';

/** Who chooses among providers, by a config, which knows them by its own names. */
export function buildRouter(config: RouterConfig, provider: (name: string) => Provider): Router {
  const idOf = (name: string): string => provider(name).id;
  const byId = <T>(values: Readonly<Record<string, T>> | undefined): Record<string, T> | undefined =>
    values && Object.fromEntries(Object.entries(values).map(([name, value]) => [idOf(name), value]));
  switch (config.by) {
    case 'cheapest':
      return cheapest();
    case 'fastest':
      return fastest();
    case 'round_robin':
      return roundRobin({ weights: byId(config.weights) });
    case 'multi_factor':
      return multiFactor({ weights: config.weights, quality: byId(config.quality) });
    case 'pattern': {
      const patterns = config.patterns.map(({ pattern, use }) => ({ pattern, use: idOf(use) }));
      return regexRouter({ patterns, otherwise: config.otherwise === undefined ? undefined : idOf(config.otherwise) });
    }
    case 'judge':
      return judgeRouter({ provider: provider(config.provider), notes: byId(config.notes) });
    default:
      return config satisfies never;
  }
}
