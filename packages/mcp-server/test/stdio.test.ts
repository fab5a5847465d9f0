import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { McpStdio } from '@tako/mcp-stdio';
import { expect, onTestFinished, test, vi } from 'vitest';

import { callText } from './served.js';

vi.setConfig({ testTimeout: 20_000 });

const program = fileURLToPath(new URL('fixtures/stdio-server.ts', import.meta.url));

test.each(['2025-11-25', '2026-07-28'] as const)(
  'our client over stdio in %s; what tools print is no message',
  async (protocolVersion) => {
    const warnings: string[] = [];
    const client = new McpStdio({
      name: 'served',
      command: process.execPath,
      args: [program],
      protocolVersion,
      onWarning: (message) => warnings.push(message),
    });
    onTestFinished(() => client.close());
    expect(await callText(client, 'noisy', {})).toEqual({ text: 'heard', isError: false });
    expect(warnings).toEqual([]);
  },
);

test('the official client over stdio', async () => {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [program], stderr: 'ignore' }));
  onTestFinished(() => client.close());
  expect((await client.callTool({ name: 'noisy', arguments: {} })).content).toEqual([{ type: 'text', text: 'heard' }]);
});

test('broken lines are answered by errors, and the end of the input ends the process', async () => {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill());
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answerTo = async (line: string | Buffer): Promise<unknown> => {
    child.stdin.write(line);
    child.stdin.write('\n');
    return JSON.parse(String((await lines.next()).value));
  };
  const error = (code: number) => ({ id: null, error: { code } });
  expect(await answerTo('hello')).toMatchObject(error(-32_700));
  expect(await answerTo(Buffer.from([0x22, 0xff, 0xfe, 0x22]))).toMatchObject(error(-32_700));
  expect(await answerTo('{"hello":1}')).toMatchObject(error(-32_600));
  expect(await answerTo('[]')).toMatchObject(error(-32_600));
  expect(await answerTo('x'.repeat(5_000))).toMatchObject(error(-32_600));
  child.stdin.write('{"jsonrpc":"2.0","id":4711,"result":{}}\n{"jsonrpc":"2.0","method":"nobody/knows"}\n');
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  const opened = await answerTo(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }));
  expect(opened).toMatchObject({ id: 1, result: { protocolVersion: '2025-11-25' } });
  child.stdin.write('{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"wait"}}\n');
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
});
