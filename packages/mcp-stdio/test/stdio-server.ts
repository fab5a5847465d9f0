import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { call, isToolOutput, type Call, type Tool, type ToolOutput } from '@tako/core';
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

/** Calls a tool of a list by its name, as the turn loop does. */
export async function callTool(
  tools: readonly Tool[],
  name: string,
  input: object = {},
  context: Call = call(),
): Promise<ToolOutput> {
  const tool = tools.find((each) => each.name === name);
  if (tool?.execute === undefined) throw new Error(`there is no tool ${name}`);
  const output = await tool.execute(input as never, { call: context, toolCallId: 'call_1' }); // the loop validates it
  if (!isToolOutput(output)) throw new Error('not made by toolOutput');
  return output;
}

/** The text of a tool's output. */
export function textOf(output: ToolOutput): string {
  return output.content.map((part) => (part.type === 'text' ? part.text : `<${part.type}>`)).join('\n');
}

/** What the fixture's tool `about` tells of its process. */
export async function about(tools: readonly Tool[]): Promise<{
  readonly pid: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly helper: number;
}> {
  return JSON.parse(textOf(await callTool(tools, 'about'))) as Awaited<ReturnType<typeof about>>; // see fixtures/server.ts
}
