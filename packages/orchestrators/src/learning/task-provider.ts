import { CONTRACT, TakoError, unknownCapabilities, user, type Provider, type RouteRequest } from '@tako/core';

import type { RoutingTask } from './routing-task.js';

/** A candidate that is only ever chosen, never asked. */
export function taskProvider(id: string): Provider {
  return {
    contract: CONTRACT,
    id,
    capabilities: unknownCapabilities,
    stream() {
      throw new TakoError('unsupported', `${id} stands for recorded outcomes: it cannot be asked`);
    },
  };
}

/** A task as a router sees it. */
export function taskRequest({ text = '' }: RoutingTask, candidates: readonly Provider[]): RouteRequest {
  return { request: { messages: [user(text)] }, step: 0, candidates };
}
