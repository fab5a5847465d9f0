// Our server as a company runs it: auth, budget, breaker and retry are on; with `telemetry` as third argument that too, and with
// `failing` a circuit that stays closed. A bare model, and an agent of one step.
import { initOtlp } from '@tako/otel/init';

import { startGateway } from '../dist/gateway.js';
import { RunLog } from '../dist/status/run-log.js';

const [vendor = '', token = '', mode] = process.argv.slice(2);
const told = mode === 'telemetry' ? await initOtlp({ endpoint: vendor }) : undefined;
const gateway = await startGateway(
  {
    server: { port: 0, limits: { maxInFlightPerTenant: 10_000 } },
    auth: { chain: [{ type: 'tokens', tokens: [{ token, tenant: 'acme', user: 'bench' }] }] },
    providers: {
      mock: {
        vendor: 'openai',
        model: 'mock',
        apiKey: 'a-key',
        baseUrl: `${vendor}/v1`,
        ...(mode === 'failing' && { retries: 1, breaker: { failures: 1_000_000 } }),
        price: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 },
      },
    },
    models: {
      plain: { type: 'provider', provider: 'mock' },
      agent: { type: 'single_agent', provider: 'mock' },
    },
    budget: { maxUsdPerDay: 1_000_000, maxUsdPerTenantPerDay: { '*': 1_000_000 } },
  },
  {
    environment: {},
    runs: new RunLog(),
    tracer: told?.tracer,
    nodeVersion: process.version,
    note: (line) => {
      process.stderr.write(`${line}\n`);
    },
    log: () => undefined,
  },
);
process.send?.(gateway.url);
process.on('message', () => {
  globalThis.gc?.();
  process.send?.([process.memoryUsage(), process.cpuUsage()]);
});
process.on('disconnect', () => process.exit());
