import { TakoError } from '@tako/core';

import { source } from './source.js';

/** A token that is not good. `why` is a text of ours, never one of the token's. */
export function refused(why: string): TakoError {
  return new TakoError('auth', `${source}: ${why}`, { source });
}
