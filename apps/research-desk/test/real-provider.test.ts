import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, onTestFinished, test, vi } from 'vitest';

import { runApp } from './run-app.js';

vi.setConfig({ testTimeout: 60_000 });

/** What an OpenAI-like server says: a plan or a mark where the schema asks for one, a verdict to a verifier, else a text. */
function replyTo(body: string): string {
  if (body.includes('"steps"')) {
    return JSON.stringify({ reasoning: 'so', steps: [{ worker: 1, task: 'Answer it.', reads: [] }] });
  }
  if (body.includes('"mark"')) return JSON.stringify({ feedback: 'fine', mark: 9 });
  return body.includes('You are the verifier') ? 'Right.\nVERDICT: ACCEPT' : 'Take the second one.';
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  return body;
}

test('with a key all of it goes over the vendor’s wire: plans, roles, judges, usage, prices', async () => {
  const models: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    models.push(/"model":"([^"]+)"/.exec(body)?.[1] ?? '');
    const frame = (value: object): string =>
      `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', ...value })}\n\n`;
    const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(frame({ choices: [{ index: 0, delta: { role: 'assistant', content: replyTo(body) } }] }));
    response.write(frame({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
    response.end(`${frame({ choices: [], usage })}data: [DONE]\n\n`);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // it listens on a port
  const environment = { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` };

  const { code, stdout, stderr } = await runApp(['which one?', '--json'], environment);
  expect([code, stderr]).toEqual([0, 'models: openai:gpt-6-luna, openai:gpt-6-sol\n']);
  // The last line is what JSON.stringify made of this.
  const { results } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as {
    results: {
      name: string;
      answer: string;
      score: number;
      ending: string;
      calls: number;
      tokens: number;
      usd: number;
    }[];
  };
  // The search ends as soon as one answer is good enough: how many others were under way then is chance.
  const search = results.find(({ name }) => name === 'ab-mcts');
  const others = results.filter(({ name }) => name !== 'ab-mcts');
  expect(others.map(({ name, ending, calls }) => [name, ending, calls])).toEqual([
    ['single', 'final', 1],
    ['self-caller', 'final', 2],
    ['conductor', 'final', 3],
    ['trinity', 'final', 3],
  ]);
  expect(search).toMatchObject({ ending: 'final' });
  for (const { answer: text, score, usd } of results) {
    expect([text, score]).toEqual(['Take the second one.', 0.9]);
    expect(usd).toBeGreaterThan(0);
  }
  for (const { calls, tokens } of others) expect(tokens).toBe(110 * calls);
  expect(new Set(models)).toEqual(new Set(['gpt-6-luna', 'gpt-6-sol']));
  // Each answer is scored once more.
  expect(models.length).toBeGreaterThanOrEqual(1 + 2 + 3 + 3 + 2 + 5);
});
