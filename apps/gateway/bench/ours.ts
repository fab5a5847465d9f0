// Our server as a company runs it: auth, budget, breaker and retry are on, and with a third argument telemetry; a bare model, and
// an agent of one step.
import { initOtlp } from '@tako/otel/init';

import { startGateway } from '../dist/gateway.js';
import { RunLog } from '../dist/status/run-log.js';

const [vendor = '', token = '', telemetry] = process.argv.slice(2);
const told = telemetry === undefined ? undefined : await initOtlp({ endpoint: vendor });
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
process.on('disconnect', () => process.exit());
