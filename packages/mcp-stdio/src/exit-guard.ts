import { killTree } from './kill-tree.js';

/**
 * Processes to end should this one end without closing them, by `process.exit()` or an error nobody caught.
 *
 * It is shared by all servers, since a process has one end: with a listener each, Node would warn of a leak at eleven.
 */
const running = new Set<number>();

/** Ends the process tree under `pid` when this process exits. @returns a function that calls it off */
export function guardExit(pid: number): () => void {
  if (running.size === 0) process.on('exit', endAll);
  running.add(pid);
  return () => {
    running.delete(pid);
    if (running.size === 0) process.off('exit', endAll);
  };
}

function endAll(): void {
  for (const pid of running) killTree(pid, 'SIGTERM');
}
