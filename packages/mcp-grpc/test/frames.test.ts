import { compressionAlgorithms } from '@grpc/grpc-js';
import { call } from '@tako/core';
import { outputText, runTool } from '@tako/testing/tools';
import { expect, test, vi } from 'vitest';

import { textResult } from './grpc-server.js';
import { containing, inCall, started } from './started.js';

test('a message over the limit ends the connection, and the next call works', async () => {
  const { client } = await started(
    {
      behaviour: inCall(({ id, params }, { send }) => {
        const given = params?.['arguments'] as { readonly size: number } | undefined; // our own calls
        return send({ id, result: textResult('x'.repeat(given?.size ?? 0)) });
      }),
    },
    { maxMessageBytes: 1024 * 1024 },
  );
  const tools = await client.tools(call());
  await expect(runTool(tools, 'echo', { size: 100 * 1024 * 1024 })).rejects.toMatchObject({
    code: 'transport',
    message: 'docs: the server sent a message of more than 1048576 bytes (maxMessageBytes)',
  });
  expect(outputText(await runTool(tools, 'echo', { size: 1_000_000 }))).toHaveLength(1_000_000);
});

test('a message that grows over the limit when it is unzipped ends the connection too', async () => {
  const { client } = await started(
    {
      options: { 'grpc.default_compression_algorithm': compressionAlgorithms.gzip },
      behaviour: inCall(({ id }, { send }) => send({ id, result: textResult('x'.repeat(20 * 1024 * 1024)) })),
    },
    { maxMessageBytes: 1024 * 1024 },
  );
  await expect(runTool(await client.tools(call()), 'echo')).rejects.toMatchObject({
    code: 'transport',
    message: 'docs: the server sent a message of more than 1048576 bytes (maxMessageBytes)',
  });
});

test('a message that the server finds too long is not worth another try', async () => {
  const { client } = await started({ options: { 'grpc.max_receive_message_length': 10_000 } });
  const tools = await client.tools(call());
  await expect(runTool(tools, 'echo', { text: 'x'.repeat(20_000) })).rejects.toMatchObject({
    code: 'transport',
    message: containing('the server takes no message as long as ours'),
    retryable: false,
  });
  expect(outputText(await runTool(tools, 'echo', { a: 1 }))).toBe('{"a":1}');
});

test('texts that are no JSON-RPC are told of and skipped, and empty frames are nothing', async () => {
  const warnings: string[] = [];
  const { client } = await started(
    {
      behaviour: inCall(({ id }, { send, sendText, stream }) => {
        sendText('hello');
        sendText('[1,2]');
        sendText('');
        stream.write(Buffer.from([0x12, 1, 0x78])); // another field alone
        send({ id: 4_711, result: textResult('wrong') });
        send({ id, result: textResult('grün 🐙') });
        return send({ id, result: textResult('late') });
      }),
    },
    { onWarning: (message) => warnings.push(message) },
  );
  const tools = await client.tools(call());
  expect(outputText(await runTool(tools, 'echo'))).toBe('grün 🐙');
  expect(outputText(await runTool(tools, 'echo'))).toBe('grün 🐙');
  expect(warnings.filter((warning) => warning.includes('not a JSON-RPC message'))).toEqual([
    'docs: not a JSON-RPC message: hello',
    'docs: not a JSON-RPC message: [1,2]',
    'docs: not a JSON-RPC message: hello',
    'docs: not a JSON-RPC message: [1,2]',
  ]);
});

test('answers with ids that repeat, that nobody asked for, or that are none are told of and skipped', async () => {
  const warnings: string[] = [];
  const { server, client } = await started(
    {
      behaviour: inCall(({ id }, { send }) => {
        for (const wrong of [4_711, 'nobody', null, true, {}, [id], 0.5]) {
          send({ id: wrong, result: textResult('wrong') });
        }
        send({ id, result: textResult('right') });
        return send({ id, result: textResult('again') });
      }),
    },
    { onWarning: (message) => warnings.push(message) },
  );
  const tools = await client.tools(call());
  for (let round = 0; round < 2; round++) expect(outputText(await runTool(tools, 'echo'))).toBe('right');
  for (const part of ['4711', 'nobody', 'again']) expect(warnings.join('\n')).toContain(part);
  expect(server.opened).toHaveLength(1);
});

test('an answer that comes after the call was cancelled is told of and dropped, and the next call works', async () => {
  const warnings: string[] = [];
  const waiting: unknown[] = [];
  const { server, client } = await started(
    {
      behaviour: inCall(({ id }, { send }) => {
        for (const late of waiting) send({ id: late, result: textResult('late') });
        return waiting.push(id) === 1 || send({ id, result: textResult('next') });
      }),
    },
    { onWarning: (message) => warnings.push(message) },
  );
  const tools = await client.tools(call());
  const aborting = new AbortController();
  const working = runTool(tools, 'echo', {}, call({ signal: aborting.signal }));
  working.catch(() => undefined);
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  aborting.abort();
  await expect(working).rejects.toMatchObject({ code: 'cancelled' });
  expect(outputText(await runTool(tools, 'echo'))).toBe('next');
  expect(warnings.join('\n')).toContain('late');
  expect(server.opened).toHaveLength(1);
});

test('fields that we do not know are skipped', async () => {
  const { client } = await started({
    behaviour: inCall(({ id }, { stream }) => {
      const text = JSON.stringify({ jsonrpc: '2.0', id, result: textResult('found') });
      const frame = [
        0x50,
        1,
        0x5a,
        2,
        0xff,
        0xff,
        0x0a,
        text.length,
        ...Buffer.from(text),
        0x61,
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
      ];
      return stream.write(Buffer.from(frame)) || true;
    }),
  });
  expect(outputText(await runTool(await client.tools(call()), 'echo'))).toBe('found');
});

test.each([
  ['cut off', [0x0a, 200, 1, 0x7b]],
  ['no protobuf', [0xff, 0xff, 0xff]],
  ['no UTF-8', [0x0a, 2, 0xff, 0xfe]],
])('a frame that is %s ends the connection, and the next call works', async (_name, bytes) => {
  let sent = 0;
  const { client } = await started({
    behaviour: inCall((_message, { stream }) => sent++ === 0 && (stream.write(Buffer.from(bytes)) || true)),
  });
  const tools = await client.tools(call());
  await expect(runTool(tools, 'echo')).rejects.toMatchObject({
    code: 'transport',
    message: 'docs: the server sent a frame that is no protobuf message with a text in UTF-8',
  });
  expect(outputText(await runTool(tools, 'echo', { a: 1 }))).toBe('{"a":1}');
});

test.each([null, 7, 'text', [[]]])('an answer that is no result (%j) rejects its call at once', async (result) => {
  const { client } = await started({ behaviour: inCall(({ id }, { send }) => send({ id, result })) });
  await expect(runTool(await client.tools(call()), 'echo')).rejects.toMatchObject({
    code: 'tool',
    message: containing('its answer is no result'),
  });
});
