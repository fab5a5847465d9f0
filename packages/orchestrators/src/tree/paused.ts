import { TakoError } from '@tako/core';

const paused = Symbol('paused');

/** What a run inside throws at its parent when it waits for somebody outside. It never leaves the tree. */
export function pausedRun(name: string): TakoError {
  const error = new TakoError('cancelled', `${name} waits for a decision or a result`);
  Object.defineProperty(error, paused, { value: true });
  return error;
}

export function isPaused(error: unknown): boolean {
  return typeof error === 'object' && error !== null && paused in error;
}
