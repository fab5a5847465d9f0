import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** The ids of the processes that `pid` has started and that still run. */
export function childrenOf(pid: number): number[] {
  const list = `/proc/${pid}/task/${pid}/children`;
  const text = existsSync(list)
    ? readFileSync(list, 'utf8')
    : execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line.trim().endsWith(` ${pid}`))
        .join('\n');
  return Array.from(text.matchAll(/\d+/g), ([id]) => Number(id)).filter((id) => id !== pid);
}

/** Whether a process runs. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // there is none
  }
}
