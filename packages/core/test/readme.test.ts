import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';

import { build } from 'esbuild';
import { expect, test } from 'vitest';

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

test('the example of the README runs, and prints what its comments say', async () => {
  const page = await readFile(pathOf('../README.md'), 'utf8');
  const example = /^```ts\n(.*?)^```$/ms.exec(page)?.[1] ?? '';
  const promised = [...example.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text ?? '');
  expect(promised.length).toBeGreaterThan(0);

  // A script has no top-level await: the example runs in a function, after its imports.
  const [imports, rest] = example.split(/(?<=from '@tako\/core';\n)/);
  const { outputFiles } = await build({
    stdin: {
      contents: `${imports}\nexport const done = (async () => {${rest}})();`,
      loader: 'ts',
      resolveDir: pathOf('.'),
    },
    alias: { '@tako/core': pathOf('../src/index.ts') },
    bundle: true,
    format: 'iife',
    globalName: 'example',
    logLevel: 'silent',
    write: false,
  });
  const printed: unknown[] = [];
  const log = (value: unknown) => printed.push(value);
  const world = createContext({ console: { log }, crypto: globalThis.crypto, AbortController });
  await (runInContext(`${outputFiles[0]?.text ?? ''}; example.done`, world) as Promise<void>); // what the wrapper returns
  const expected = promised.map((text): unknown => runInContext(`(${text})`, createContext({})));
  expect(JSON.stringify(printed)).toBe(JSON.stringify(expected));
});
