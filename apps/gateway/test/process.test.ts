import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';

import { certificateAuthority } from '@tako/testing/loopback';
import { expect, onTestFinished, test } from 'vitest';

import { haltingVendor, type HaltingVendor } from './halting-vendor.js';
import { runGateway, type RunningGateway } from './run-gateway.js';

const token = 'a-token-of-thirty-two-characters';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'gateway-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function vendor(): Promise<HaltingVendor> {
  const halting = await haltingVendor();
  onTestFinished(() => halting.close());
  return halting;
}

/** A config with a model that stands still in the middle of its answer. */
function config(
  { url }: HaltingVendor,
  more: string,
  its: { token?: string; model?: string; server?: string } = {},
): string {
  return `
server: { port: 0${its.server ?? ''} }
auth: { chain: [{ type: tokens, tokens: [{ token: ${its.token ?? token}, tenant: acme, user: ada }] }] }
providers:
  slow: { vendor: openai, model: m, apiKey: k, baseUrl: '${url}' }
  fast: { vendor: offline }
models:
  ${its.model ?? 'slow'}: { type: provider, provider: slow }
  fast: { type: provider, provider: fast }
${more}`;
}

async function start(text: string): Promise<{ running: RunningGateway; url: string; file: string }> {
  const file = join(await folder(), 'tako.yaml');
  await writeFile(file, text);
  const running = runGateway(['--config', file]);
  return { running, url: await running.noted('Tako gateway: '), file };
}

function ask(url: string, model: string, stream = true, bearer = token): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'hello' }] }),
  });
}

/** A collector that takes connections and never answers. */
async function blackHole(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return `http://127.0.0.1:${port}`;
}

test('without a config it prints a curl line that works as it stands', async () => {
  const running = runGateway([]);
  await running.noted('Tako gateway: ');
  await expect.poll(() => running.output.stdout).toContain('The status page is at');
  const [line = ''] = /^ +curl [^]*?(?=\n\n)/m.exec(running.output.stdout) ?? [];
  const { stdout } = await promisify(execFile)('bash', ['-c', line]);
  expect(JSON.parse(stdout)).toMatchObject({
    choices: [{ message: { content: expect.stringContaining('You wrote: Hello') } }],
  });
}, 20_000);

test('--check lists what it would serve, or each problem, and asks nobody', async () => {
  const file = join(await folder(), 'tako.yaml');
  const text = `
auth: { chain: [{ type: oidc, issuer: 'https://there-is.none.invalid', audience: tako }] }
redis: { url: 'redis://there-is.none.invalid' }
providers: { fast: { vendor: openai, model: m, apiKey: $ENV:KEY } }
models: { fast: { type: provider, provider: fast } }
`;
  await writeFile(file, text);
  const good = await runGateway(['--config', file, '--check']).ended;
  expect([good.code, good.stderr]).toEqual([0, '']);
  for (const words of ['oidc of https://there-is.none', 'provider of fast', 'in Redis', '$ENV:KEY (not set here)']) {
    expect(good.stdout).toContain(words);
  }
  await writeFile(file, text.replace('vendor: openai', 'vendor: opnai').replace('redis: {', 'redis: { urll: x,'));
  const wrong = await runGateway(['--config', file, '--check']).ended;
  expect([wrong.code, wrong.stdout]).toEqual([2, '']);
  expect(wrong.stderr.split('\n')).toEqual([
    'error: tako.yaml:3:10 redis.urll: there is no such setting; did you mean "url"?',
    expect.stringMatching(/^error: tako\.yaml:4:30 providers\.fast\.vendor: .*; did you mean "openai"\?$/),
    '',
  ]);
}, 20_000);

test('a hundred streams run on after SIGTERM; those that outlast the limit are told, and nothing else is', async () => {
  const slow = await vendor();
  const { running, url } = await start(config(slow, '', { server: ', drainMs: 400, limits: { maxInFlight: 200 }' }));
  const streams = Array.from({ length: 100 }, async () => (await ask(url, 'slow')).text());
  await slow.asked(100);
  running.process.kill('SIGTERM');
  await running.noted('SIGTERM');
  const ready = await fetch(`${url}/readyz`);
  expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close']);
  const late = await ask(url, 'fast');
  expect([late.status, await late.json()]).toMatchObject([503, { error: { code: 'shutting_down' } }]);
  for (const text of await Promise.all(streams)) {
    expect(text).toContain('"content":"before "');
    expect(text).toMatch(/data: \{"error":\{[^\n]*"code":"shutting_down"/);
    expect(text).not.toMatch(/\[DONE\]|"finish_reason":"/);
  }
  const { code, stdout } = await running.ended;
  expect(code).toBe(0);
  const entries = stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(
    entries.filter((entry) => Reflect.get(Object(entry), 'error') === 'shutting_down').length,
  ).toBeGreaterThanOrEqual(100);
}, 20_000);

test('a collector that never answers holds a stop no longer than flushMs', async () => {
  const slow = await vendor();
  const telemetry = `telemetry: { endpoint: '${await blackHole()}', flushMs: 300 }`;
  const { running, url } = await start(config(slow, telemetry));
  expect((await ask(url, 'fast', false)).status).toBe(200);
  const stoppedMs = performance.now();
  running.process.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
  // The exporter's own patience is ten seconds.
  expect(performance.now() - stoppedMs).toBeLessThan(4_000);
}, 20_000);

test.each([
  ['SIGTERM', 'SIGTERM'],
  ['SIGTERM', 'SIGINT'],
] as const)(
  '%s and then %s ends it at once, whatever runs',
  async (first, second) => {
    const slow = await vendor();
    const { running, url } = await start(config(slow, ''));
    const cut = ask(url, 'slow')
      .then((answer) => answer.text())
      .catch(String);
    await slow.asked(1);
    running.process.kill(first);
    await running.noted(first);
    running.process.kill(second);
    expect((await running.ended).code).toBe(1);
    expect(await cut).toContain('terminated');
  },
  20_000,
);

test('SIGHUP changes models, tokens, limits and the certificate under an open stream', async () => {
  const slow = await vendor();
  const path = await folder();
  const certify = async (name: string): Promise<void> => {
    const { key, cert } = certificateAuthority().server(name);
    await writeFile(join(path, 'cert.pem'), cert);
    await writeFile(join(path, 'key.pem'), key);
  };
  await certify('first.example');
  const tls = `, tls: { certFile: '${join(path, 'cert.pem')}', keyFile: '${join(path, 'key.pem')}' }`;
  const { running, url, file } = await start(config(slow, '', { server: tls }));
  const port = Number(new URL(url).port);
  expect(await nameAt(port)).toBe('first.example');
  // The platform's `fetch` trusts no certificate of ours: curl is told to.
  const streaming = curl(url, token, 'slow');
  await slow.asked(1);

  const other = `${token}-of-another`;
  await certify('second.example');
  await writeFile(
    file,
    config(slow, '', { server: `${tls}, limits: { maxBodyBytes: 60 }`, token: other, model: 'renamed' }),
  );
  running.process.kill('SIGHUP');
  await running.noted('config and certificates were read again');
  expect(await nameAt(port)).toBe('second.example');
  expect(JSON.parse(await curl(url, token, 'fast'))).toMatchObject({ error: { code: 'invalid_api_key' } });
  expect(JSON.parse(await curl(url, other, 'fast'))).toMatchObject({ error: { code: 'body_too_large' } });

  await writeFile(file, config(slow, 'modles: {}', { server: tls }));
  running.process.kill('SIGHUP');
  const place = config(slow, '').split('\n').length;
  expect(await running.noted('the config of before stays:\nerror: ')).toBe(
    `tako.yaml:${place}:1 modles: there is no such setting; did you mean "models"?`,
  );
  await writeFile(file, config(slow, '', { server: tls }));
  await writeFile(join(path, 'key.pem'), 'no key');
  running.process.kill('SIGHUP');
  expect(await running.noted('the config of before stays:\nerror: ', 2)).toContain('server.tls: certFile and keyFile');
  expect(JSON.parse(await curl(url, other, 'fast'))).toMatchObject({ error: { code: 'body_too_large' } });

  slow.letGo();
  expect(await streaming).toMatch(/"content":"after"[^]*\[DONE\]/);
}, 20_000);

async function curl(url: string, bearer: string, model: string): Promise<string> {
  const body = { model, stream: model === 'slow', messages: [{ role: 'user', content: 'hello' }] };
  const headers = ['-H', `authorization: Bearer ${bearer}`, '-H', 'content-type: application/json'];
  const args = ['-sSk', `${url}/v1/chat/completions`, ...headers, '-d', JSON.stringify(body)];
  return (await promisify(execFile)('curl', args)).stdout;
}

/** The name in the certificate that a new connection is shown. */
function nameAt(port: number): Promise<string | string[] | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.end();
    });
    socket.on('error', reject);
  });
}
