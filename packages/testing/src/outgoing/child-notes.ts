import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Outgoing } from './observe-outgoing.js';

/** Has processes of Node note what they send. */
export interface ChildNotes extends AsyncDisposable {
  /** What they need in their environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** What they noted. @throws Error when one of them was killed before it could. */
  read(): Promise<readonly Outgoing[]>;
}

/** Takes notes in a folder of its own, which is removed at the end: a file for each process, empty until the process ends. */
export async function childNotes(): Promise<ChildNotes> {
  const folder = await mkdtemp(join(tmpdir(), 'tako-outgoing-'));
  const preload = new URL('child-preload.js', import.meta.url).href;
  return {
    environment: { NODE_OPTIONS: `--import=${preload}`, TAKO_OUTGOING_FOLDER: folder },
    async read() {
      const texts = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')));
      if (texts.includes('')) throw new Error('a process was killed before it could tell what it had sent');
      // Our own preload wrote it.
      return texts.flatMap((text) => JSON.parse(text) as readonly Outgoing[]);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
