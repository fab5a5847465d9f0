import { builtinModules, isBuiltin } from 'node:module';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

export type Platform = 'node' | 'browser' | 'neutral';

export interface Bundle {
  readonly minBytes: number;
  readonly gzBytes: number;
  /** The packages from elsewhere of which code is inside. */
  readonly packages: readonly string[];
  /** The Node modules that it imports. */
  readonly nodeModules: readonly string[];
}

/**
 * Bundles and minifies what `file` imports, for one platform.
 *
 * @param external packages to leave out
 * @throws with the bundler's own words when something cannot be bundled.
 */
export async function bundle(file: string, platform: Platform, external: readonly string[]): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [file],
    bundle: true,
    minify: true,
    format: 'esm',
    platform,
    // For `neutral` esbuild knows no field but `exports`, which old packages lack.
    ...(platform === 'neutral' && { mainFields: ['module', 'main'] }),
    // Left in as imports on every platform, so that they can be named instead of failing the build.
    external: [...external, 'node:*', ...builtinModules],
    write: false,
    metafile: true,
    outdir: '/',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const outputs = Object.values(metafile.outputs);
  const inputs = outputs.flatMap((output) => Object.entries(output.inputs));
  const imports = outputs.flatMap((output) => output.imports).map(({ path }) => path);
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  return {
    minBytes: code.length,
    gzBytes: gzipSync(code, { level: 9 }).length,
    packages: distinct(
      inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).flatMap(([path]) => packageAt(path)),
    ),
    nodeModules: distinct(imports.filter((path) => isBuiltin(path))),
  };
}

/** `…/node_modules/@scope/name/index.js` to `@scope/name`; nothing for files of our own. */
function packageAt(path: string): string[] {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
  return name === undefined ? [] : [name];
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].toSorted();
}
