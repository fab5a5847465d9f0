import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { hasRedis, loopbackServer, redisServer } from '@tako/testing/loopback';
import { expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

import { readConfig } from '../src/config/read-config.js';
import { runGateway } from './run-gateway.js';
import { scriptedVendor } from './scripted-vendor.js';

const hasOpenssl = spawnSync('bash', ['-c', 'openssl version']).status === 0;

/** The blocks of the README, in order. */
async function blocks(language: string): Promise<readonly string[]> {
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  return Array.from(text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)).flatMap(([, its, block = '']) =>
    its === language ? [block] : [],
  );
}

test.skipIf(!(hasRedis() && hasOpenssl))(
  'what the README says works, from the config to the answer',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const vendor = await scriptedVendor();
    onTestFinished(() => vendor.close());
    const collector = await loopbackServer((response) => void response.end());
    onTestFinished(() => collector.close());
    const redis = await redisServer();
    onTestFinished(() => redis.stop());

    const [config = ''] = await blocks('yaml');
    const [token = '', , ask = ''] = await blocks('sh');
    const here = config
      .replace('apiKey: $ENV:OPENAI_API_KEY', `apiKey: $ENV:OPENAI_API_KEY, baseUrl: '${vendor.url}'`)
      .replace('http://127.0.0.1:4318', collector.url);
    await writeFile(join(folder, 'tako.yaml'), here);
    const bash = async (script: string): Promise<string> =>
      (await promisify(execFile)('bash', ['-euc', script], { cwd: folder })).stdout.trim();
    const made = await bash(`${token}\nprintf '%s\\n' "$TOKEN" "$JWT_PUBLIC_KEY"`);
    const [bearer = '', ...key] = made.split('\n');

    const environment = {
      JWT_PUBLIC_KEY: key.join('\n'),
      OPENAI_API_KEY: 'sk-1',
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    };
    const checked = await runGateway(['--config', join(folder, 'tako.yaml'), '--check'], environment).ended;
    expect([checked.code, checked.stderr]).toEqual([0, '']);
    expect(checked.stdout).toMatch(/serves +luna +provider of luna\n +tako\/search +ab_mcts of luna, for research\n/);
    expect(checked.stdout).not.toContain('not set here');

    const running = runGateway(['--config', join(folder, 'tako.yaml'), '--port', '0'], environment);
    const url = await running.noted('Tako gateway: ');
    const answer = await bash(`TOKEN=${bearer}\n${ask.replace('http://127.0.0.1:4141', url)}`);
    expect(JSON.parse(answer)).toMatchObject({ model: 'luna', choices: [{ message: { content: 'It is five.' } }] });
    const status = await fetch(url, { headers: { authorization: `Bearer ${bearer}` } });
    expect(await status.text()).toMatch(/of \$100\.00[^]*acme \/ ada/);
    running.process.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
    expect(collector.requests).toContainEqual(expect.objectContaining({ url: '/v1/traces' }));
  },
  30_000,
);

test('the config of the Kubernetes example is good, and its stop is longer than its streams may take', async () => {
  const text = await readFile(new URL('../deploy/kubernetes.yaml', import.meta.url), 'utf8');
  const documents = parseAllDocuments(text).map((document): unknown => document.toJS());
  const find = (kind: string): object => Object(documents.find((each) => Reflect.get(Object(each), 'kind') === kind));
  const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'tako.yaml');
  await writeFile(
    file,
    z.object({ data: z.object({ 'tako.yaml': z.string() }) }).parse(find('ConfigMap')).data['tako.yaml'],
  );
  const { server } = await readConfig(file);
  const pod = z.object({
    terminationGracePeriodSeconds: z.number(),
    containers: z.tuple([
      z.object({ lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }) }) }) }),
    ]),
  });
  const { spec } = z.object({ spec: z.object({ template: z.object({ spec: pod }) }) }).parse(find('Deployment'));
  const { terminationGracePeriodSeconds, containers } = spec.template.spec;
  const pauseSeconds = containers[0].lifecycle.preStop.sleep.seconds;
  expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(pauseSeconds + (server?.drainMs ?? 0) / 1_000 + 5);
});
