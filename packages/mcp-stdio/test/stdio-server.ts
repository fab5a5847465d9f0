import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import type { Tool } from '@tako/core';
import { outputText, runTool } from '@tako/testing/tools';
import { onTestFinished } from 'vitest';

import { McpStdio, type McpStdioOptions } from '../src/index.js';

/** A server of `fixtures/server.ts`, closed when the test is over, and the lines it wrote to stderr. */
export function fixture(
  behaviour: string,
  options: Partial<McpStdioOptions> = {},
): { readonly server: McpStdio; readonly lines: string[] } {
  const lines: string[] = [];
  const server = new McpStdio({
    name: behaviour,
    command: process.execPath,
    args: [fileURLToPath(new URL('fixtures/server.ts', import.meta.url)), behaviour],
    onStderr: (line) => lines.push(line),
    ...options,
  });
  onTestFinished(() => server.close());
  return { server, lines };
}

/** The script that a published server consists of. */
export function programOf(name: string): string {
  return createRequire(import.meta.url).resolve(`${name}/dist/index.js`);
}

/** What the fixture's tool `about` tells of its process. */
export async function about(tools: readonly Tool[]): Promise<{
  readonly pid: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly helper: number;
}> {
  return JSON.parse(outputText(await runTool(tools, 'about'))) as Awaited<ReturnType<typeof about>>; // see fixtures/server.ts
}
