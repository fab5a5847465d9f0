import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';

import { invalidOptions } from '@tako/core';

/**
 * A fresh folder that holds these files, for as long as the work goes on.
 *
 * @throws `invalid` for a path that leads out of it; what the work throws.
 */
export async function inWorkFolder<T>(
  files: { readonly [path: string]: string },
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tako-verify-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      const inside = normalize(path);
      if (isAbsolute(inside) || inside === '..' || inside.startsWith(`..${sep}`) || path.includes('\0')) {
        throw invalidOptions('processVerifier', `the file ${JSON.stringify(path)} leads out of the folder`);
      }
      await mkdir(dirname(join(folder, inside)), { recursive: true });
      await writeFile(join(folder, inside), text);
    }
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
