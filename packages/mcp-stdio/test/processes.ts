import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A process that can be seen. */
interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
}

/** Whether a process runs. One that ended and waits to be reaped by its parent does not. */
export function isRunning(pid: number): boolean {
  return processes().some((seen) => seen.pid === pid && !seen.state.startsWith('Z'));
}

/** Processes that this one started, ended ones that were not reaped included. */
export function children(): readonly number[] {
  return processes()
    .filter(({ parent }) => parent === process.pid)
    .map(({ pid }) => pid);
}

function processes(): readonly Seen[] {
  if (!existsSync('/proc/self/stat')) {
    return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .map(([pid, parent, state]) => ({ pid: Number(pid), parent: Number(parent), state: state ?? '' }));
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        // The second field is the program's name in brackets, and may hold anything.
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
        return [{ pid: Number(pid), parent: Number(fields[1]), state: fields[0] ?? '' }];
      } catch {
        return []; // it ended since
      }
    });
}
