import type { Call, ChatRequest, Clock, Orchestrator, Principal, Provider, Usage } from '@tako/core';

import type { StoredResponses } from '../responses/stored-responses.js';
import type { PausedRuns } from '../state/paused-runs.js';
import type { RequestLimits } from './check-request.js';

/** What the routes that ask a model know of their request and of the server. */
export interface ModelDoor {
  /** What answers as this model, for this caller. @throws Refusal where nothing does. */
  readonly find: (model: string) => Orchestrator | Provider;
  /** The call on behalf of this caller. @param streaming whether the caller reads along */
  readonly call: (streaming: boolean) => Call;
  readonly takoEvents: boolean;
  readonly principal: Principal;
  readonly paused: PausedRuns;
  readonly responses: StoredResponses;
  readonly limits: RequestLimits & {
    /** After how long a silence the client is told that somebody is there. */
    readonly keepAliveMs: number;
  };
  readonly clock: Clock;
  /** Hears what is asked, so that no error quotes it in the log. */
  readonly onRequest: (request: ChatRequest) => void;
  readonly onUsage: (usage: Usage | undefined) => void;
  /** The stream is over: with a failure, or without. */
  readonly onEnd: (error?: unknown) => void;
}
