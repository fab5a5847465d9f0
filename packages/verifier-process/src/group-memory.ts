import { readdir, readFile } from 'node:fs/promises';

/**
 * How much memory all processes of a group hold, in bytes: the resident set of each, as Linux tells it.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html (read 2026-11-23)
 */
export async function groupMemoryBytes(groupId: number): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const sizes = await Promise.all(
    ids.map(async (id) => {
      // A process that has ended since holds nothing.
      const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
      // The first number is the group as this process sees it, further ones are for namespaces inside.
      return Number(/^NSpgid:\s*(\d+)/m.exec(status)?.[1]) === groupId ? kilobytes(status) * 1_024 : 0;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** One that has ended and was not reaped has no size any more. */
function kilobytes(status: string): number {
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0);
}
