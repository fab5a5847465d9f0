import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { config } from '../../examples/tako.config.js';
import { ConfigError } from './config-error.js';
import { gatewayConfigSchema } from './gateway-config.js';
import { readConfig } from './read-config.js';
import { jsonSchemaOfConfig, settingsAt } from './schema-at.js';

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

const least = `server: { insecureDev: true }
providers:
  fast: { vendor: offline }
models:
  fast: { type: provider, provider: fast }
`;

test('the smallest config, as YAML, as JSON and as a module', async () => {
  const expected = {
    server: { insecureDev: true },
    providers: { fast: { vendor: 'offline' } },
    models: { fast: { type: 'provider', provider: 'fast' } },
  };
  expect(await read(least)).toEqual(expected);
  expect(await read(JSON.stringify(expected), 'tako.json')).toEqual(expected);
  expect(await read(`export default ${JSON.stringify(expected)}`, 'tako.config.mjs')).toEqual(expected);
});

test('a module that changed is read anew', async () => {
  const text = (name: string) =>
    `export default { server: { insecureDev: true }, providers: { p: { vendor: 'offline' } }, models: { ${name}: { type: 'provider', provider: 'p' } } }`;
  await read(text('one'), 'changing.mjs');
  expect(await read(text('two'), 'changing.mjs')).toMatchObject({ models: { two: {} } });
});

describe('one line for each problem, with its place', () => {
  test.each([
    [
      'a setting that is not there',
      `${least}srever: {}\n`,
      'tako.yaml:6:1 srever: there is no such setting; did you mean "server"?',
    ],
    [
      'a setting of a kind',
      'providers:\n  a: { vendor: openai, modle: m }\nmodels: {}\n',
      'tako.yaml:2:24 providers.a.modle: there is no such setting; did you mean "model"?',
    ],
    [
      'a setting that is like none',
      `${least}redis: { cluster: 3, url: r }\n`,
      'redis.cluster: there is no such setting; there is url, keyPrefix, fail',
    ],
    ['a missing part', 'providers: {}\n', 'tako.yaml:1:1 models: it is missing'],
    [
      'a missing setting',
      'providers:\n  a:\n    vendor: openai\nmodels: {}\n',
      'tako.yaml:2:3 providers.a.model: it is missing',
    ],
    ['an empty setting', `${least}budget:\n`, 'budget: it is empty'],
    [
      'a wrong type',
      `${least}budget:\n  maxTokensPerDay: many\n`,
      'tako.yaml:7:20 budget.maxTokensPerDay: it must be a number',
    ],
    ['a number in quotes', `${least}budget:\n  maxUsdPerDay: '5'\n`, 'it must be a number; take the quotes away'],
    [
      'a text that YAML takes for a number',
      `${least}redis: { url: r, keyPrefix: 7 }\n`,
      'it must be a text; put it in quotes',
    ],
    [
      'a word for true',
      'server: { metrics: yes, insecureDev: true }\nproviders: {}\nmodels: {}\n',
      'it must be true or false; write true',
    ],
    [
      'a proxy by its name',
      'server: { trustProxy: ["::1", proxy.internal], insecureDev: true }\nproviders: {}\nmodels: {}\n',
      'server.trustProxy.1: it must be an address or a network like 10.0.0.0/8',
    ],
    [
      'health on the server’s own port',
      'server: { insecureDev: true, health: { port: 4141 } }\nproviders: { p: { vendor: offline } }\nmodels: { m: { type: provider, provider: p } }\n',
      'tako.yaml:1:46 server.health.port: it is the port of the server, where health is anyway',
    ],
    [
      'health that is only a port',
      'server: { insecureDev: true, health: 8081 }\nproviders: {}\nmodels: {}\n',
      'tako.yaml:1:38 server.health: it must be settings by name',
    ],
    [
      'an unknown vendor',
      'providers:\n  a: { vendor: opnai }\nmodels: {}\n',
      'tako.yaml:2:16 providers.a.vendor: it must be one of openai, anthropic, ',
    ],
    ['a vendor that is like another', 'providers:\n  a: { vendor: opnai }\nmodels: {}\n', '; did you mean "openai"?'],
    [
      'no vendor',
      'providers:\n  a: { model: m }\nmodels: {}\n',
      'tako.yaml:2:3 providers.a.vendor: it is missing; it is one of openai,',
    ],
    ['a kind of model', least.replace('type: provider', 'type: singel_agent'), 'did you mean "single_agent"?'],
    [
      'an unknown provider',
      'providers:\n  luna: { vendor: offline }\nmodels:\n  m:\n    type: provider\n    provider: lunna\n',
      'tako.yaml:6:15 models.m.provider: there is no provider "lunna"; did you mean "luna"?',
    ],
    ['no models', 'providers: {}\nmodels: {}\n', 'tako.yaml:2:9 models: there must be at least one model'],
    [
      'a circle',
      'providers: {}\nmodels:\n  a: { type: trinity, agents: { x: b } }\n  b: { type: trinity, agents: { y: a } }\n',
      'models.a: it is made of itself: a > b > a',
    ],
    [
      'a name that objects have',
      least.replace('provider: fast', 'provider: constructor'),
      'there is no provider "constructor"',
    ],
    [
      'an agent for a provider',
      `${least}  b: { type: single_agent, provider: fast }\n  c: { type: single_agent, provider: b }\n`,
      '"b" is a single_agent, and here a provider is needed',
    ],
    [
      'a router’s stranger',
      `${least}  r: { type: router, router: { by: round_robin, candidates: [fast], weights: { slow: 1 } } }\n`,
      'there is no candidate "slow"',
    ],
    ['an MCP server with two ends', `${least}mcpServers:\n  a: { url: 'http://h/mcp', command: x }\n`, 'mcpServers.a.'],
    [
      'an MCP server without its certificates',
      `${least}mcpServers:\n  a: { grpc: 'https://h:1', caFile: there-is-none.pem }\n`,
      'tako.yaml:7:6 mcpServers.a: the caFile there-is-none.pem cannot be read',
    ],
    [
      'an MCP server over a socket',
      `${least}mcpServers:\n  a: { url: 'wss://h/mcp' }\n`,
      'tako.yaml:7:13 mcpServers.a.url: it must be an address like https://host/path',
    ],
    [
      'an MCP server that is a text',
      `${least}mcpServers:\n  a: http://h/mcp\n`,
      'tako.yaml:7:6 mcpServers.a: it must be settings by name',
    ],
    [
      'a pattern that is none',
      `${least}  s: { type: ab_mcts, generators: { a: fast }, verifier: { type: matches, pattern: '(' } }\n`,
      'tako.yaml:6:6 models.s: /(/ is no regular expression',
    ],
    ['a cap that is nothing', `${least}budget: { maxUsdPerDay: 0 }\n`, 'it must be above 0'],
    [
      'an address without a scheme',
      `${least}telemetry: { endpoint: 'otel:4318/x y' }\n`,
      'it must be an address like https://host/path',
    ],
    [
      'a variable as shells have it',
      `${least}redis: { url: $REDIS_URL }\n`,
      'redis.url: an environment variable is written $ENV:NAME',
    ],
    [
      'a time with a unit',
      'server: { drainMs: 30s, insecureDev: true }\nproviders: {}\nmodels: {}\n',
      'it must be a number; of milliseconds, without a unit',
    ],
    [
      'a colon that YAML sees',
      'a: [{ token: $ENV: CI }]\n',
      'tako.yaml:1:14 Block collections are not allowed within flow collections; a value with ": " in it wants quotes',
    ],
    [
      'nobody who may call',
      'providers:\n  fast: { vendor: offline }\nmodels:\n  fast: { type: provider, provider: fast }\n',
      'auth: it is missing; server.insecureDev: true starts without',
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
    expect(await refusal(text)).toContain(line);
  });

  test('all problems at once', async () => {
    const lines = (
      await refusal(`${least.replace('insecureDev: true', 'port: x, hots: y')}budget:\n  maxUsdPerDay: -1\n`)
    ).split('\n');
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

const example = (name: string): string => new URL(`../../examples/${name}`, import.meta.url).pathname;

test('the examples are good', async () => {
  expect(Object.keys((await readConfig(example('tako.yaml'))).models)).toEqual(['luna', 'tako/agent', 'tako/board']);
  expect(await readConfig(example('tako.config.ts'))).toEqual(config);
});

test('the JSON Schema for editors knows every section and what belongs to a kind', () => {
  const { properties = {} } = jsonSchemaOfConfig();
  expect(Object.keys(properties)).toEqual(Object.keys(gatewayConfigSchema.shape));
  expect(settingsAt(['providers', 'a'], { providers: { a: { vendor: 'vertex' } } })).toContain('accessToken');
  expect(settingsAt(['providers', 'a'], { providers: { a: { vendor: 'openai' } } })).not.toContain('accessToken');
  expect(JSON.stringify(jsonSchemaOfConfig())).toContain('$ENV:NAME');
});
