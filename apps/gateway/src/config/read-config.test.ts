import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ConfigError } from './config-error.js';
import { readConfig } from './read-config.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string, name = 'tako.yaml'): Promise<unknown> {
  const path = join(folder, name);
  await writeFile(path, text);
  return readConfig(path);
}

async function refusal(text: string, name?: string): Promise<string> {
  const error: unknown = await read(text, name).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  return error instanceof Error ? error.message : '';
}

const least = `
providers:
  fast: { vendor: offline }
models:
  fast: { type: provider, provider: fast }
`;

test('the smallest config, as YAML, as JSON and as a module', async () => {
  const expected = {
    providers: { fast: { vendor: 'offline' } },
    models: { fast: { type: 'provider', provider: 'fast' } },
  };
  expect(await read(least)).toEqual(expected);
  expect(await read(JSON.stringify(expected), 'tako.json')).toEqual(expected);
  expect(await read(`export default ${JSON.stringify(expected)}`, 'tako.config.mjs')).toEqual(expected);
});

test('a module that changed is read anew', async () => {
  const config = (name: string) =>
    `export default { providers: { p: { vendor: 'offline' } }, models: { ${name}: { type: 'provider', provider: 'p' } } }`;
  await read(config('one'), 'changing.mjs');
  expect(await read(config('two'), 'changing.mjs')).toMatchObject({ models: { two: {} } });
});

describe('one line for each problem, with its place', () => {
  test.each([
    ['a setting that is not there', `${least}srever: {}\n`, 'tako.yaml:6:9 srever: there is no such setting'],
    ['a missing part', 'providers: {}\n', 'tako.yaml:1:1 models: it is missing'],
    ['a wrong type', `${least}server:\n  port: eighty\n`, 'tako.yaml:7:9 server.port: it must be a number'],
    ['an unknown vendor', 'providers:\n  a: { vendor: acme }\nmodels: {}\n', 'providers.a.vendor: it must be one of'],
    [
      'an unknown provider',
      'providers:\n  a: { vendor: offline }\nmodels:\n  m:\n    type: provider\n    provider: b\n',
      'tako.yaml:6:15 models.m.provider: there is no provider "b"; there is a',
    ],
    ['no models', 'providers: {}\nmodels: {}\n', 'tako.yaml:2:9 models: there must be at least one model'],
    [
      'a circle',
      'providers: {}\nmodels:\n  a: { type: trinity, agents: { x: b } }\n  b: { type: trinity, agents: { y: a } }\n',
      'models.a: it is made of itself: a > b > a',
    ],
    [
      'a store that is not set up',
      `providers:\n  a: { vendor: openai, model: m, apiKey: 'vault:secret/data/llm#key' }\nmodels:\n  m: { type: provider, provider: a }\n`,
      'tako.yaml:2:42 providers.a.apiKey: it refers to vault, and secrets.vault is not set',
    ],
    [
      'tokens in a Vault that is not set up',
      `${least}auth:\n  chain:\n    - { type: vault, hashKey: $ENV:K }\n`,
      'auth.chain.0: it needs secrets.vault',
    ],
    ['text that is no YAML', 'providers: [\n', 'tako.yaml:'],
    ['a key that stands twice', `${least}models: {}\n`, 'tako.yaml:6:1 '],
    ['nothing', '', 'tako.yaml the file is empty'],
  ])('%s', async (_, text, line) => {
    expect((await refusal(text)).split('\n')).toContainEqual(expect.stringContaining(line));
  });

  test('all problems at once', async () => {
    const lines = (await refusal(`${least}server:\n  port: x\n  hots: y\nbudget:\n  maxUsdPerDay: -1\n`)).split('\n');
    expect(lines).toHaveLength(3);
  });

  test('no value is quoted: it may be a secret', async () => {
    const text = `providers:\n  a: { vendor: openai, model: m, apiKey: [sk-hush] }\nmodels: {}\n`;
    expect(await refusal(text)).not.toContain('sk-hush');
  });
});

test('aliases of aliases do not blow up', async () => {
  const bomb = Array.from({ length: 12 }, (_, n) =>
    n === 0 ? 'a0: &a0 [x]' : `a${n}: &a${n} [${Array.from({ length: 9 }, () => `*a${n - 1}`).join(', ')}]`,
  );
  expect(await refusal(bomb.join('\n'))).toContain('aliases');
});

test.each(['there-is-none.yaml', 'there-is-none.mjs'])('a missing file is said to be missing: %s', async (name) => {
  await expect(readConfig(join(folder, name))).rejects.toThrow(`${name} there is no such file`);
});

test('a file of another kind is refused by its name', async () => {
  await expect(readConfig(join(folder, 'tako.toml'))).rejects.toThrow('a config ends in');
});

test('the example is good', async () => {
  const config = await readConfig(new URL('../../examples/tako.yaml', import.meta.url).pathname);
  expect(Object.keys(config.models)).toEqual(['luna', 'tako/agent', 'tako/board']);
});
