/**
 * What to do should this process end while others run on its behalf. It is shared by all of them, since a process has one
 * end: with a listener each, Node would warn of a leak at eleven.
 */
const guards = new Set<() => void>();

/** Runs `kill` when this process exits. @returns a function that calls it off */
export function guardExit(kill: () => void): () => void {
  if (guards.size === 0) process.on('exit', killAll);
  guards.add(kill);
  return () => {
    guards.delete(kill);
    if (guards.size === 0) process.off('exit', killAll);
  };
}

function killAll(): void {
  for (const kill of guards) kill();
}
