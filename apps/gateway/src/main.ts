import { readArguments, usage, UsageError, type Arguments } from './arguments.js';
import { credentials } from './build/credentials.js';
import { buildTelemetry } from './build/telemetry.js';
import { ConfigError } from './config/config-error.js';
import { readConfig } from './config/read-config.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { demonstration } from './demonstration.js';
import { startGateway, type Gateway } from './gateway.js';
import { nodeWarning } from './node-version.js';
import { RunLog } from './status/run-log.js';

/** Exit code of a wrong command line or config. */
const wrongUse = 2;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const asked = readArguments(process.argv.slice(2));
    if (asked === 'help') {
      process.stdout.write(usage);
      return 0;
    }
    const config = await configOf(asked);
    if (asked.check) {
      process.stdout.write(`${asked.config ?? ''} is good: ${Object.keys(config.models).length} models\n`);
      return 0;
    }
    return await serve(asked, config);
  } catch (error) {
    for (const line of (error instanceof Error ? error.message : String(error)).split('\n')) note(`error: ${line}`);
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
    log: asked.config === undefined ? () => undefined : (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`),
  });
  note(`Tako gateway: ${gateway.url}`);
  const { devToken } = gateway;
  if (devToken !== undefined) greet(gateway.url, devToken, Object.keys(config.models)[0] ?? '');

  process.on('SIGHUP', () => {
    void readAgain(asked, gateway);
  });
  const stopping = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
        // Who asks twice does not want to wait.
        process.once(signal, () => process.exit(1));
      });
    }
  });
  await stopping;
  note('stopping: requests under way may end');
  await gateway.close();
  await telemetry?.[Symbol.asyncDispose]();
  return 0;
}

async function readAgain(asked: Arguments, gateway: Gateway): Promise<void> {
  try {
    await gateway.reload(await configOf(asked));
    note('the config was read again');
  } catch (error) {
    note(`the config of before stays: ${error instanceof Error ? error.message : String(error)}`);
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

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
