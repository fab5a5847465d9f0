import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

import { observeOutgoing } from './observe-outgoing.js';

// Loaded with `--import` into the processes of a scenario, before anything of theirs: it is a program, not part of the library.
const folder = process.env['TAKO_OUTGOING_FOLDER'];
if (folder !== undefined && isMainThread) {
  const file = join(folder, `${process.pid}.json`);
  const observation = observeOutgoing();
  writeFileSync(file, '');
  process.on('exit', () => writeFileSync(file, JSON.stringify(observation.stop())));
}
