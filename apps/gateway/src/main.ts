import { jsonLines } from '@tako/compat-server';

import { readArguments, usage, UsageError, type Arguments } from './arguments.js';
import { credentials } from './build/credentials.js';
import { buildTelemetry } from './build/telemetry.js';
import { ConfigError } from './config/config-error.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { readConfig } from './config/read-config.js';
import { jsonSchemaOfConfig } from './config/schema-at.js';
import { demonstration } from './demonstration.js';
import { describeConfig } from './describe-config.js';
import { startGateway, type Gateway } from './gateway.js';
import { nodeWarning } from './node-version.js';
import { RunLog } from './status/run-log.js';

/** Exit code of a wrong command line or config. */
const wrongUse = 2;

// Whoever reads our lines may leave; that is no reason to stop.
process.stdout.on('error', () => undefined);
process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const asked = readArguments(process.argv.slice(2));
    if (asked === 'help' || asked === 'schema') {
      process.stdout.write(asked === 'help' ? usage : `${JSON.stringify(jsonSchemaOfConfig(), undefined, 2)}\n`);
      return 0;
    }
    const config = await configOf(asked);
    if (!asked.check) return await serve(asked, config);
    process.stdout.write(`${[`${asked.config} is good`, ...describeConfig(config, process.env)].join('\n')}\n`);
    return 0;
  } catch (error) {
    for (const line of messageOf(error).split('\n')) note(`error: ${line}`);
    return error instanceof UsageError || error instanceof ConfigError ? wrongUse : 1;
  }
}

async function configOf({ config: path, host, port }: Arguments): Promise<GatewayConfig> {
  const config = path === undefined ? demonstration : await readConfig(path);
  const { server = {} } = config;
  return { ...config, server: { ...server, host: host ?? server.host, port: port ?? server.port } };
}

async function serve(asked: Arguments, config: GatewayConfig): Promise<number> {
  const warning = nodeWarning(process.version);
  if (warning !== undefined) note(`warning: ${warning}`);
  const telemetry =
    config.telemetry === undefined
      ? undefined
      : await buildTelemetry(config.telemetry, credentials(config.secrets, process.env));
  const gateway = await startGateway(config, {
    tracer: telemetry?.tracer,
    environment: process.env,
    runs: new RunLog(),
    nodeVersion: process.version,
    note,
    // The demonstration's terminal is for its reader; a server's standard output is its access log.
    log: asked.config === undefined ? () => undefined : jsonLines((line) => process.stdout.write(`${line}\n`)),
  });
  note(`Tako gateway: ${gateway.url}`);
  const { devToken, healthUrl } = gateway;
  if (healthUrl !== undefined) note(`health: ${healthUrl}/readyz`);
  if (devToken !== undefined) greet(gateway.url, devToken, Object.keys(config.models)[0] ?? '');

  process.on('SIGHUP', () => {
    void readAgain(asked, gateway);
  });
  const signal = await firstSignal();
  note(`${signal}: requests under way may end; another signal ends them at once`);
  await gateway.close();
  await telemetry?.[Symbol.asyncDispose]();
  // A collector that does not answer keeps connections open, and they the process.
  process.exit(0);
}

/** Waits for the first signal to stop; whoever sends another does not want to wait. */
function firstSignal(): Promise<string> {
  return new Promise((resolve) => {
    let isStopping = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (isStopping) process.exit(1);
        isStopping = true;
        resolve(signal);
      });
    }
  });
}

async function readAgain(asked: Arguments, gateway: Gateway): Promise<void> {
  try {
    await gateway.reload(await configOf(asked));
    note('config and certificates were read again');
  } catch (error) {
    note('the config of before stays:');
    for (const line of messageOf(error).split('\n')) note(`error: ${line}`);
  }
}

function greet(url: string, token: string, model: string): void {
  process.stdout.write(`
Nobody is asked who they are: this token is good until the gateway stops, and only from this machine.

  curl ${url}/v1/chat/completions -H 'authorization: Bearer ${token}' -H 'content-type: application/json' \\
    -d '{"model":"${model}","messages":[{"role":"user","content":"Hello"}]}'

The status page is at ${url}/ ; its password is the token.
`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
