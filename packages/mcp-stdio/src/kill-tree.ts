import { spawn } from 'node:child_process';

/**
 * Sends a signal to a process that was started as the leader of its group (`detached`), and to all it started that are
 * still in that group: `npx` and shells hand no signal on. Where there are no groups, Windows, the tree is ended at once.
 */
export function killTree(pid: number, signal: 'SIGKILL' | 'SIGTERM'): void {
  if (process.platform === 'win32') {
    const killer = spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    killer.on('error', () => undefined); // nothing more can be done
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: all are gone. EPERM, on macOS: those that are left wait only to be reaped.
  }
}

/**
 * Ends what a process left behind that has ended. Its number cannot belong to anybody else while one of its group runs;
 * on Windows it can, at once, so there nothing is ended.
 */
export function killLeftBehind(pid: number): void {
  if (process.platform !== 'win32') killTree(pid, 'SIGKILL');
}
