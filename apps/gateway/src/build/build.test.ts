import { chat, isTakoError, user, type Provider } from '@tako/core';
import { McpGrpc } from '@tako/mcp-grpc';
import { McpHttp } from '@tako/mcp-http';
import { McpStdio } from '@tako/mcp-stdio';
import { McpWebSocket } from '@tako/mcp-websocket';
import { say, scriptedProvider } from '@tako/testing';
import { describe, expect, test } from 'vitest';

import type { GatewayConfig } from '../config/gateway-config.js';
import { credentials } from './credentials.js';
import { buildMcpServers } from './mcp-servers.js';
import { buildModels } from './models.js';
import { buildProviders } from './providers.js';

const surroundings = {
  credentials: credentials({}, { KEY: 'sk-1' }),
  transport: { send: () => Promise.reject(new Error('nothing is sent here')) },
  budget: undefined,
  tracing: undefined,
  onHealth: () => undefined,
};

const build = (configs: GatewayConfig['providers']) => buildProviders(configs, surroundings);

describe('providers', () => {
  test('every vendor is built from its config, and none of them sends anything before it is asked', () => {
    const model = 'm';
    const apiKey = '$ENV:KEY';
    const built = build({
      a: { vendor: 'openai', model, apiKey },
      b: { vendor: 'anthropic', model, apiKey },
      c: { vendor: 'mistral', model, apiKey },
      d: { vendor: 'ollama', model },
      e: { vendor: 'azure-openai', deployment: 'd', endpoint: 'https://acme.openai.azure.com', apiKey },
      f: { vendor: 'vertex', model, project: 'p', location: 'us-central1', accessToken: apiKey },
      g: { vendor: 'bedrock', model, region: 'us-east-1', apiKey },
      h: { vendor: 'http', model, url: 'https://models.example/v1/chat' },
      i: { vendor: 'offline' },
    });
    expect(Array.from(built.values(), ({ id }) => id.split(':')[0])).toEqual([
      'openai',
      'anthropic',
      'mistral',
      'ollama',
      'azure-openai',
      'vertex',
      'bedrock',
      'http-generic',
      'offline',
    ]);
  });

  test('the stand-in of a provider that fails answers', async () => {
    const health: string[] = [];
    const built = buildProviders(
      {
        first: { vendor: 'openai', model: 'm', apiKey: '$ENV:KEY', retries: 0, fallback: ['second'] },
        second: { vendor: 'offline' },
      },
      { ...surroundings, onHealth: (name, state) => health.push(`${name} ${state}`) },
    );
    const ask = async () => chat(built.get('first') as Provider, { messages: [user('hello')] }); // it was just built
    for (let time = 0; time < 6; time++) {
      expect((await ask()).message.content).toMatchObject([{ text: expect.stringContaining('You wrote: hello') }]);
    }
    expect(health).toEqual(['first open']);
  });

  test('a variable that is not set is named, and fails the call alone', async () => {
    const built = build({ a: { vendor: 'openai', model: 'm', apiKey: '$ENV:NOT_SET', retries: 0 } });
    const error: unknown = await chat(built.get('a') as Provider, { messages: [user('hello')] }).catch(
      (thrown: unknown) => thrown,
    );
    expect(isTakoError(error, 'auth')).toBe(true);
    expect(String(error)).toContain('NOT_SET');
  });
});

test('an MCP server is a command, or an address of one of three kinds', async () => {
  const built = await buildMcpServers(
    {
      command: { command: 'mcp-files', env: { TOKEN: '$ENV:KEY' } },
      http: { url: 'https://mcp.example/mcp', bearer: '$ENV:KEY' },
      socket: { webSocket: 'wss://mcp.example/mcp', bearer: '$ENV:KEY' },
      grpc: { grpc: 'https://mcp.example:50051' },
    },
    surroundings.credentials,
  );
  expect(Array.from(built.values(), (server) => server.constructor)).toEqual([
    McpStdio,
    McpHttp,
    McpWebSocket,
    McpGrpc,
  ]);
});

describe('models', () => {
  const fast = scriptedProvider([[say('one')], [say('two')]]);
  const providers = new Map([['fast', fast]]);

  test('a model that is made of another uses the very same one', async () => {
    const models = buildModels(
      {
        team: { type: 'trinity', agents: { a: 'agent' } },
        agent: { type: 'single_agent', provider: 'fast' },
        plain: { type: 'provider', provider: 'fast' },
        search: {
          type: 'ab_mcts',
          generators: { a: 'agent', b: 'fast' },
          verifier: { type: 'llm_judge', provider: 'fast' },
        },
        again: { type: 'self_caller', inner: 'agent', verifier: { type: 'majority', provider: 'routed' } },
        routed: {
          type: 'router',
          router: { by: 'pattern', candidates: ['fast'], patterns: [{ pattern: 'x', use: 'fast' }] },
        },
        board: { type: 'conductor', coordinator: 'fast', workers: { a: 'fast', b: { use: 'agent', note: 'tools' } } },
      },
      providers,
      new Map(),
    );
    expect(Array.from(models, ([name, { target }]) => [name, 'kind' in target ? target.kind : target.id])).toEqual([
      ['team', 'trinity'],
      ['agent', 'single_agent'],
      ['plain', fast.id],
      ['search', 'ab_mcts'],
      ['again', 'self_caller'],
      ['routed', 'router:routed'],
      ['board', 'conductor'],
    ]);
    const agent = models.get('agent')?.target;
    expect(agent !== undefined && 'run' in agent && (await agent.run('hi')).text).toBe('one');
  });
});
