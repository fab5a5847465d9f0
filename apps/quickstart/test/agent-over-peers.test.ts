import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LLMock } from '@copilotkit/aimock';
import { call, tool, type Provider, type RunEvent, type RunState, type ToolResultPart } from '@tako/core';
import type { McpStdio } from '@tako/mcp-stdio';
import { SingleAgent, type SingleAgentOptions } from '@tako/orchestrators';
import { openai as bySdk } from '@tako/provider-openai';
import { openai as byFetch } from '@tako/provider-openai/fetch';
import { trackedSignal } from '@tako/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { toolServers } from '../src/servers.js';

// Two real servers, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tako-peers-')));
const mock = new LLMock({ port: 0 });
let servers: readonly McpStdio[] = [];

const answer = 'That is all that there is to say about it, word by word.';

beforeAll(async () => {
  writeFileSync(join(folder, 'note.txt'), 'the note');
  const file = JSON.stringify({ path: join(folder, 'note.txt') });
  const missing = JSON.stringify({ path: join(folder, 'missing.txt') });
  const play = (asked: string, ...toolCalls: { id: string; name: string; arguments: string }[]): void => {
    mock.on({ userMessage: asked, hasToolResult: false }, { content: '', toolCalls });
    mock.on({ userMessage: asked, hasToolResult: true }, { content: `Done: ${asked}.` });
  };
  const echo = { id: 'call_echo', name: 'echo', arguments: '{"message":"hi"}' };
  const sum = { id: 'call_sum', name: 'get-sum', arguments: '{"a":19,"b":23}' };
  const read = { id: 'call_read', name: 'read_text_file', arguments: file };
  const long = {
    id: 'call_long',
    name: 'trigger-long-running-operation',
    arguments: '{"duration":60,"steps":60}',
  };
  play('one tool', echo);
  play('three tools', echo, sum, read);
  play('a missing file', { ...read, arguments: missing });
  play('a tool of ours that throws', { id: 'call_throw', name: 'throws', arguments: '{}' });
  play('a tool that hangs', long, echo);
  play('wrong arguments', { ...sum, arguments: '{"a":"nineteen"}' }, { ...echo, arguments: '{"message":' });
  mock.onMessage('talk', { content: answer }, { latency: 50, chunkSize: 4 });
  await mock.start();
  servers = toolServers(folder);
  await Promise.all(servers.map((server) => server.tools(call())));
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await mock.stop();
  rmSync(folder, { recursive: true });
});

describe.each<[string, (options: { model: string; apiKey: string; baseUrl: string }) => Provider]>([
  ['SDK', bySdk],
  ['fetch', byFetch],
])('a SingleAgent over a mock vendor (%s) and two real MCP servers', (_, openai) => {
  const agentOf = (options: Partial<SingleAgentOptions> = {}): SingleAgent =>
    new SingleAgent({
      provider: openai({ model: 'gpt-4o', apiKey: 'mock', baseUrl: `${mock.url}/v1` }),
      mcpServers: servers,
      ...options,
    });

  /** The results that the model was told, in the order of its calls. */
  function resultsOf(events: readonly RunEvent[]): readonly ToolResultPart[] {
    const finish = events.at(-1);
    if (finish?.type !== 'finish') throw new Error('the run did not finish');
    return finish.result.messages.flatMap(({ content }) => content.filter((part) => part.type === 'tool_result'));
  }

  async function eventsOf(agent: SingleAgent, asked: string): Promise<readonly RunEvent[]> {
    const events: RunEvent[] = [];
    for await (const event of agent.stream(asked)) events.push(event);
    const finish = events.at(-1);
    expect(finish).toMatchObject({ result: { text: `Done: ${asked}.`, stopReason: 'final', steps: 2 } });
    return events;
  }

  test('one tool', async () => {
    const results = resultsOf(await eventsOf(agentOf(), 'one tool'));
    expect(results).toMatchObject([{ toolCallId: 'call_echo', content: [{ type: 'text', text: 'Echo: hi' }] }]);
  });

  test('three tools of two servers, at the same time, results in the order of the calls', async () => {
    const results = resultsOf(await eventsOf(agentOf(), 'three tools'));
    expect(results.map(({ toolCallId }) => toolCallId)).toEqual(['call_echo', 'call_sum', 'call_read']);
    expect(results.map(({ content }) => content[0])).toMatchObject([
      { text: 'Echo: hi' },
      { text: expect.stringContaining('42') },
      { text: 'the note' },
    ]);
  });

  test('a tool that fails, on a server and in our process', async () => {
    const throws = tool({ name: 'throws', execute: () => Promise.reject(new Error('the shelf is empty')) });
    const agent = agentOf({ tools: [throws] });
    const [missing] = resultsOf(await eventsOf(agent, 'a missing file'));
    expect(missing).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('ENOENT') }] });
    const [thrown] = resultsOf(await eventsOf(agent, 'a tool of ours that throws'));
    expect(thrown).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('the shelf is empty') }] });
  });

  test('a tool that hangs is given up, and the others are not', async () => {
    const [long, echo] = resultsOf(await eventsOf(agentOf({ toolTimeoutMs: 300 }), 'a tool that hangs'));
    expect(long).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('300 ms') }] });
    expect(echo).toMatchObject({ content: [{ text: 'Echo: hi' }] });
  });

  test('wrong arguments go back to the model, with what is wrong about them', async () => {
    const [sum, echo] = resultsOf(await eventsOf(agentOf(), 'wrong arguments'));
    expect(sum).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('must be number') }] });
    expect(echo).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('JSON') }] });
  });

  test('an abort in the middle of the text keeps the text so far', async () => {
    const tracked = trackedSignal();
    let text = '';
    const run = (async () => {
      for await (const event of agentOf().stream('talk', { signal: tracked.signal })) {
        if (event.type !== 'text_delta') continue;
        text += event.text;
        tracked.abort(new Error('enough'));
      }
    })();
    await expect(run).rejects.toMatchObject({
      code: 'cancelled',
      cause: { message: 'enough' },
      partial: { content: [{ type: 'text', text: expect.stringMatching(/^That/) }] },
    });
    expect(answer.startsWith(text)).toBe(true);
    expect(text.length).toBeLessThan(answer.length);
    expect(tracked.listeners).toBe(0);
  });

  test('an abort in the middle of a tool ends the run; resumed, what was finished is not done again', async () => {
    const controller = new AbortController();
    const states: RunState[] = [];
    let echoed = 0;
    const run = (async () => {
      const options = { signal: controller.signal, onState: (state: RunState) => void states.push(state) };
      for await (const event of agentOf().stream('a tool that hangs', options)) {
        if (event.type !== 'tool_call_result') continue;
        echoed++; // the echo is back while the long operation runs
        controller.abort();
      }
    })();
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(echoed).toBe(1);

    const state = JSON.parse(JSON.stringify(states.at(-1))) as RunState; // as it comes back from a store
    const events: RunEvent[] = [];
    for await (const event of agentOf({ toolTimeoutMs: 300 }).stream({ state })) events.push(event);
    const ran = events.flatMap((event) => (event.type === 'tool_call_result' ? [event.name] : []));
    expect(ran).toEqual(['trigger-long-running-operation']);
    expect(events.at(-1)).toMatchObject({
      result: { stopReason: 'final', text: 'Done: a tool that hangs.', steps: 2 },
    });
  });
});
