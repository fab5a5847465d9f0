import type { Clock } from '@tako/core';

import type { Limits } from '../tree/limits.js';
import type { Worker } from '../tree/worker.js';
import type { RoleRouter } from './role-router.js';
import type { Role } from './role.js';

/** What `new Trinity` takes. */
export interface TrinityOptions {
  /** The team, by name: bare models, or anything that runs (agents with tools). */
  readonly agents: { readonly [name: string]: Worker };
  /** The parts they play, by name. At least one answers. @defaultValue thinker, worker and verifier */
  readonly roles?: { readonly [name: string]: Role } | undefined;
  /** Picks agent and role of each turn. @defaultValue `turnStateRouter()` */
  readonly router?: RoleRouter | undefined;
  /** @defaultValue 5 */
  readonly maxTurns?: number | undefined;
  /** Longest turn, in milliseconds; the router's choice has as long for itself. @defaultValue 120000 */
  readonly turnTimeoutMs?: number | undefined;
  /** What each turn sees of each earlier one, in characters: the middle of longer texts is left out. @defaultValue 8000 */
  readonly maxCharactersPerTurn?: number | undefined;
  /** What all runs inside may use together. @defaultValue none but `maxDepth` 8 */
  readonly limits?: Limits | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}
