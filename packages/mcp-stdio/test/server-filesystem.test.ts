import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { call } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { callTool as wish, say, scriptedProvider } from '@tako/testing';
import { outputText, runTool } from '@tako/testing/tools';
import { expect, onTestFinished, test, vi } from 'vitest';

import { McpStdio } from '../src/index.js';
import { programOf } from './stdio-server.js';

vi.setConfig({ testTimeout: 60_000 }); // processes start slowly on a busy machine

function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'tako-mcp-')));
  onTestFinished(() => rmSync(path, { recursive: true }));
  writeFileSync(join(path, 'hello.txt'), 'Grüße 🐙');
  return path;
}

function filesystem(path: string): McpStdio {
  const args = [programOf('@modelcontextprotocol/server-filesystem'), path];
  const server = new McpStdio({ name: 'files', prefix: true, command: process.execPath, args });
  onTestFinished(() => server.close());
  return server;
}

test('reads a file, and refuses one outside its folder', async () => {
  const path = folder();
  const tools = await filesystem(path).tools(call());
  expect(outputText(await runTool(tools, 'files__read_text_file', { path: join(path, 'hello.txt') }))).toBe('Grüße 🐙');
  const outside = await runTool(tools, 'files__read_text_file', { path: '/etc/hostname' });
  expect(outside.isError).toBe(true);
  expect(outputText(outside)).toContain('denied');
});

test('an agent works with it', async () => {
  const path = folder();
  const provider = scriptedProvider([
    [wish('files__list_directory', { path })],
    [
      wish('files__read_text_file', { path: join(path, 'hello.txt') }),
      wish('files__read_text_file', { path: '/nowhere' }),
    ],
    [say('It says hello.')],
  ]);
  const agent = new SingleAgent({ provider, mcpServers: [filesystem(path)] });
  const { text, messages, stopReason } = await agent.run('What does the file say?');

  expect({ text, stopReason }).toEqual({ text: 'It says hello.', stopReason: 'final' });
  const results = messages.flatMap((message) => (message.role === 'tool' ? message.content : []));
  expect(results.map(({ name, isError = false }) => ({ name, isError }))).toEqual([
    { name: 'files__list_directory', isError: false },
    { name: 'files__read_text_file', isError: false },
    { name: 'files__read_text_file', isError: true },
  ]);
  expect(results[1]?.content).toEqual([{ type: 'text', text: 'Grüße 🐙' }]);
});
