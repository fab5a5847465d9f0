import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@tako/testing/loopback';

/** Its lock file has these; with the newest ones that its ranges allow it cannot stream. */
const versions = { gateway: '1.15.2', hono: '4.9.7', nodeServer: '1.13.5' };

/** Installs Portkey's gateway beside the benchmark, once, without its install scripts. @returns its folder */
export function installPortkey(): string {
  const folder = join(import.meta.dirname, 'node_modules', '.portkey', versions.gateway);
  if (existsSync(join(folder, 'node_modules', '@portkey-ai'))) return folder;
  mkdirSync(folder, { recursive: true });
  const manifest = {
    private: true,
    dependencies: {
      '@portkey-ai/gateway': versions.gateway,
      hono: versions.hono,
      '@hono/node-server': versions.nodeServer,
    },
    overrides: { hono: versions.hono, '@hono/node-server': versions.nodeServer },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const { status, stderr } = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Portkey could not be installed: ${stderr}`);
  return folder;
}

/** Starts it on a free port. */
export async function startPortkey(folder: string): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const port = await freePort();
  const main = join(folder, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js');
  const child = spawn('taskset', ['-c', '0', process.execPath, main, `--port=${port}`, '--headless'], {
    stdio: 'ignore',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const url = `http://127.0.0.1:${port}`;
  for (let time = 0; time < 100; time++) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return { url, child };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Portkey did not start');
}
