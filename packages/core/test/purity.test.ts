import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';

import { build, type BuildResult } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const entries = { core: pathOf('../src/index.ts'), provider: pathOf('../src/author/index.ts') };

describe.each(Object.entries(entries))('the %s entry', (_, entry) => {
  let result: BuildResult<{ metafile: true; write: false }>;
  let code: string;

  beforeAll(async () => {
    // `neutral` resolves nothing of any runtime: an import of node: would be an error here already.
    result = await build({
      entryPoints: [entry],
      bundle: true,
      platform: 'neutral',
      format: 'iife',
      globalName: 'tako',
      minifyWhitespace: true, // and with it the comments
      legalComments: 'none',
      logLevel: 'silent',
      metafile: true,
      write: false,
    });
    code = result.outputFiles[0]?.text ?? '';
  });

  test('has no dependency: every byte is from its own src, and nothing is imported', () => {
    const inputs = Object.keys(result.metafile.inputs);
    expect(inputs.length).toBeGreaterThan(10);
    expect(inputs.filter((path) => !/(^|\/)src\//.test(path) || path.includes('node_modules'))).toEqual([]);
    expect(Object.values(result.metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
  });

  test('names nothing of Node, and neither console nor timers nor randomness nor time nor network of its own', () => {
    expect(code.length).toBeGreaterThan(1_000);
    expect(code).not.toMatch(/\bnode:|(?<!platform\.)\bprocess\b|\bBuffer\b|\brequire\(|\bglobalThis\b/);
    expect(code).not.toMatch(/\bconsole\b/);
    // `platform.setTimeout(` and `platform.process` are the caller's.
    expect(code).not.toMatch(/(?<!platform\.)\b(set|clear)(Timeout|Interval|Immediate)\(/);
    expect(code).not.toMatch(/(?<!platform\.)\bDate\.now\(|new Date\(\)|performance\.|Math\.random/);
    expect(code).not.toMatch(/(?<!await )\bfetch\(|XMLHttpRequest|WebSocket|EventSource/);
    expect(code).not.toMatch(/\beval\(|new Function\(/);
  });

  test('does nothing when it is loaded: a world without any global of a platform is enough', () => {
    const world = createContext({}, { codeGeneration: { strings: false, wasm: false } });
    const before = runInContext('JSON.stringify(Object.getOwnPropertyNames(globalThis).sort())', world) as string; // a string, by what it runs
    runInContext(code, world);
    const after = runInContext(
      'JSON.stringify(Object.getOwnPropertyNames(globalThis).filter((name) => name !== "tako").sort())',
      world,
    ) as string; // likewise
    expect(after).toBe(before);
    expect(runInContext('Object.keys(tako).length', world)).toBeGreaterThan(10);
  });
});

test('keeps no state in its modules: what they hold is constant', async () => {
  const { metafile } = await build({
    entryPoints: Object.values(entries),
    bundle: true,
    platform: 'neutral',
    format: 'esm',
    outdir: '/',
    logLevel: 'silent',
    metafile: true,
    write: false,
  });
  for (const path of Object.keys(metafile.inputs)) {
    expect(await readFile(path, 'utf8'), path).not.toMatch(/^(export )?(let|var) /m);
  }
});
