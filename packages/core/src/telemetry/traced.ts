import type { Orchestrator } from '../orchestrator/orchestrator.js';
import { providerError } from '../error/make-error.js';
import type { Tracer } from './tracer.js';

/** The same orchestrator, whose runs are told to this tracer where they bring none of their own. */
export function traced<Output>(orchestrator: Orchestrator<Output>, tracer: Tracer): Orchestrator<Output> {
  const { contract, kind } = orchestrator;
  const stream: Orchestrator<Output>['stream'] = (input, options) =>
    orchestrator.stream(input, { ...options, tracer: options?.tracer ?? tracer });
  return {
    contract,
    kind,
    stream,
    async run(input, options) {
      for await (const event of stream(input, options)) if (event.type === 'finish') return event.result;
      throw providerError('malformed_response', 'the run ended without its end');
    },
  };
}
