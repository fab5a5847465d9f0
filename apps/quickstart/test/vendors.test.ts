import { LLMock } from '@copilotkit/aimock';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';

import { runApp, startApp } from './run-app.js';

// Each test starts three processes, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

let mock: LLMock;
let environment: Readonly<Record<string, string>>;

beforeEach(async () => {
  mock = await LLMock.create({ port: 0, chunkSize: 8 });
  environment = { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `${mock.url}/v1`, OPENAI_MODEL: 'gpt-6-luna' };
  onTestFinished(() => mock.stop());
});

test('a model calls real tools and answers', async () => {
  mock.on(
    { userMessage: 'add', hasToolResult: false },
    {
      toolCalls: [
        { name: 'get-sum', arguments: '{"a":2,"b":3}' },
        { name: 'echo', arguments: '{"message":"hi"}' },
      ],
    },
  );
  mock.on({ userMessage: 'add', hasToolResult: true }, { content: 'The tools say five, and hi.' });

  const { code, stdout, stderr } = await runApp(['add 2 and 3'], { environment });

  expect(code).toBe(0);
  expect(stdout).toMatch(/→ get-sum \{"a":2,"b":3\} \d+ ms\n/);
  expect(stdout).toContain('The tools say five, and hi.');
  expect(stdout).toMatch(/2 steps · \d+ tokens \(\d+ in, \d+ out\) · \$0\.\d+\n$/);
  expect(stderr).toBe(`model: OpenAI gpt-6-luna at ${new URL(mock.url).host}\n`);
  const last = mock.getLastRequest();
  expect(JSON.stringify(last?.body)).toContain('The sum of 2 and 3 is 5');
});

test('without a key a local Ollama answers, by its model that has tools', async () => {
  const answers = new Map<string, object>([
    ['/tags', { models: [{ name: 'squid:8b' }] }],
    ['/show', { capabilities: ['completion', 'tools'] }],
  ]);
  mock.mount('/api', {
    handleRequest: async (_, response, path) => {
      const answer = answers.get(path);
      if (answer !== undefined) response.end(JSON.stringify(answer));
      return answer !== undefined;
    },
  });
  mock.on({ userMessage: 'hello' }, { content: 'Hello from the model.' });

  const ollama = { OLLAMA_HOST: new URL(mock.url).host };
  const { code, stdout, stderr } = await runApp(['hello'], { environment: ollama });
  expect(stderr).toBe('model: Ollama squid:8b\n');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Hello from the model\.\n1 step · .* · no cost \(local model\)\n$/);
  expect(mock.getLastRequest()?.body).toMatchObject({ model: 'squid:8b' });
});

test('Ctrl-C in the middle of the text stops the run', async () => {
  const text = 'word '.repeat(500);
  mock.on({ userMessage: 'talk' }, { content: text }, { latency: 20 });
  const app = startApp(['talk'], { environment });
  await app.printed('word word');
  app.process.kill('SIGINT');

  const { code, stdout } = await app.ended;
  expect(code).toBe(130);
  expect(stdout.length).toBeLessThan(text.length / 2);
  expect(stdout).toMatch(/0 steps · \d+ tokens .*estimated.* · \$0\.\d+\n$/);
});

test('a vendor that fails is told in one line, exit code 1', async () => {
  mock.nextRequestError(500, { message: 'boom' });
  const { code, stdout, stderr } = await runApp(['talk'], { environment });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^error: .*\n$/);
});

test('a run stops before it costs more than it may', async () => {
  const filler = 'word '.repeat(2_000);
  mock.on(
    { userMessage: 'spend', hasToolResult: false },
    { content: filler, toolCalls: [{ name: 'echo', arguments: '{"message":"hi"}' }] },
  );
  mock.on({ userMessage: 'spend', hasToolResult: true }, { content: 'Too dear to be said.' });

  // The first call fits; with its answer in the prompt, the second one might not.
  const enough = await runApp(['spend', '--max-usd', '0.5'], { environment });
  expect([enough.code, enough.stdout.includes('Too dear to be said.')]).toEqual([0, true]);

  const none = await runApp(['spend', '--max-usd', '0.000001'], { environment });
  expect(none.code).toBe(1);
  expect(none.stdout).toBe('');
  expect(none.stderr).toMatch(/^error: .*(cap|budget).*\n$/i);
});

test('a model of unknown price is refused where there is a cap, in one line', async () => {
  const unknown = { ...environment, OPENAI_MODEL: 'nobody-knows-it' };
  const { code, stderr } = await runApp(['hi', '--max-usd', '1'], { environment: unknown });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: .*price.*\n$/);
});

test.each([
  ['Mistral mistral-small-latest', 'MISTRAL', '/v1'],
  ['Anthropic claude-haiku-5-5', 'ANTHROPIC', ''],
])('%s answers where there is its key alone', async (model, prefix, path) => {
  mock.on({ userMessage: 'hello' }, { content: 'Bonjour.' });
  const { code, stdout, stderr } = await runApp(['hello'], {
    environment: { [`${prefix}_API_KEY`]: 'key', [`${prefix}_BASE_URL`]: mock.url + path },
  });
  expect(stderr).toBe(`model: ${model} at ${new URL(mock.url).host}\n`);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Bonjour\.\n1 step · .* · \$0\.\d+\n$/);
});
