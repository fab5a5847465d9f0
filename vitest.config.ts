import { globSync } from 'node:fs';
import { basename } from 'node:path';

import { defineConfig } from 'vitest/config';

// One project for each package and app, named by its folder: `pnpm test --project budget`.
const members = globSync(['packages/*/package.json', 'apps/*/package.json'], { cwd: import.meta.dirname });
const folders = ['scripts', ...members.map((file) => file.replace('/package.json', ''))].toSorted();

export default defineConfig({
  test: {
    projects: folders.map((root) => ({ root, test: { name: basename(root) } })),
  },
});
