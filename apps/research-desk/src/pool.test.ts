import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { choosePool } from './pool.js';

const asked = { offline: false, question: 'Q?', seed: 1, delayMs: 0 };
const { signal } = new AbortController();
/** Port 9 is the discard service, and nobody runs it. */
const nobody = { OLLAMA_HOST: '127.0.0.1:9' };

const idsOf = async (environment: Readonly<Record<string, string>>, offline = false): Promise<string[]> =>
  (await choosePool({ ...asked, offline }, { ...nobody, ...environment }, signal)).models.map(({ id }) => id);

/** An Ollama that has these models. */
async function ollamaWith(models: readonly string[]): Promise<string> {
  const server = createServer((_, response) => {
    response.end(JSON.stringify({ models: models.map((name) => ({ name })) }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
}

test('two models of every vendor with a key, the cheap ones before the strong ones', async () => {
  expect(await idsOf({ OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b', MISTRAL_API_KEY: ' ' })).toEqual([
    'openai:gpt-6-luna',
    'anthropic:claude-haiku-5-5',
    'openai:gpt-6-sol',
    'anthropic:claude-opus-5-5',
  ]);
  expect(await idsOf({ OPENAI_API_KEY: 'a', OPENAI_MODEL: 'gpt-x' })).toEqual(['openai:gpt-x', 'openai:gpt-x']);
});

test.each([
  [['qwen3:8b'], ['ollama:qwen3:8b', 'ollama:qwen3:8b']],
  [
    ['a', 'b', 'c', 'd'],
    ['ollama:a', 'ollama:b', 'ollama:c'],
  ],
])('without a key the models of a local Ollama: %j', async (models, ids) => {
  expect(await idsOf({ OLLAMA_HOST: await ollamaWith(models) })).toEqual(ids);
});

test('else simulated ones, and where they are asked for', async () => {
  const simulated = ['simulated:swift', 'simulated:steady', 'simulated:deep'];
  expect(await idsOf({})).toEqual(simulated);
  expect(await idsOf({ OLLAMA_HOST: await ollamaWith([]) })).toEqual(simulated);
  expect(await idsOf({ OLLAMA_HOST: 'not a host at all' })).toEqual(simulated);
  expect(await idsOf({ OPENAI_API_KEY: 'a' }, true)).toEqual(simulated);
});

test('an address that is none is told, without the key', async () => {
  const environment = { OPENAI_API_KEY: 'sk-secret', OPENAI_BASE_URL: 'not a url' };
  await expect(choosePool(asked, environment, signal)).rejects.toThrow(/^OPENAI_BASE_URL is not a URL$/);
});
