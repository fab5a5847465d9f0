import { z } from 'zod';

import { authConfig } from './auth-config.js';
import { modelConfig } from './model-config.js';
import { providerConfig } from './provider-config.js';
import { count, credential, milliseconds, name, network, perTenant, text, url, usd } from './terms.js';

const server = z.strictObject({
  host: text.optional().describe('127.0.0.1 without it'),
  port: z.int().min(0).max(65_535).optional().describe('4141 without it; 0 for any that is free'),
  insecureDev: z
    .boolean()
    .optional()
    .describe('starts without auth, on loopback only, with a random token that is printed once'),
  tls: z.strictObject({ certFile: text, keyFile: text }).optional().describe('PEM; read again on SIGHUP'),
  health: z
    .strictObject({ host: text.optional().describe('that of the server without it'), port: z.int().min(0).max(65_535) })
    .optional()
    .describe('a port of their own for /healthz and /readyz, over plain HTTP, besides the server’s'),
  allowedHosts: z.array(text).min(1).optional().describe('names that the Host header may have, without port'),
  trustProxy: z
    .array(network)
    .optional()
    .describe('networks of the proxies in front, whose X-Forwarded-For is believed'),
  corsOrigins: z.array(z.union([z.literal('*'), url])).optional(),
  metrics: z.boolean().optional().describe('serves /metrics to callers that are identified'),
  operatorRole: text.optional().describe('who sees everybody on the status page; operator without it'),
  requestsPerMinute: z
    .union([count, perTenant(count)])
    .optional()
    .describe('of each caller; or by tenant, * for all others'),
  limits: z
    .strictObject({
      maxBodyBytes: count.optional(),
      maxDepth: count.optional(),
      maxKeys: count.optional(),
      maxItems: count.optional(),
      maxMessages: count.optional(),
      maxTools: count.optional(),
      maxInFlight: count.optional(),
      maxInFlightPerTenant: count.optional(),
      maxFailedAuthsPerMinute: count.optional().describe('of one address; 100 without it'),
      bodyTimeoutMs: milliseconds.optional(),
      writeTimeoutMs: milliseconds.optional(),
    })
    .optional(),
  keepAliveMs: milliseconds.optional().describe('after so long a silence of a stream the client hears a comment'),
  responseTtlMs: milliseconds.optional().describe('how long stored responses are kept; a day without it'),
  headersTimeoutMs: milliseconds.optional(),
  keepAliveTimeoutMs: milliseconds.optional().describe('of idle connections: longer than the load balancer’s'),
  maxConnections: count.optional(),
  drainMs: z.number().nonnegative().optional().describe('how long streams may go on after SIGTERM; 30000 without it'),
});

const secrets = z.strictObject({
  vault: z
    .strictObject({
      address: url,
      token: credential.optional(),
      kubernetesRole: text.optional(),
      appRole: z.strictObject({ roleId: text, secretId: credential }).optional(),
      namespace: text.optional(),
      kvVersion: z.union([z.literal(1), z.literal(2)]).optional(),
    })
    .optional(),
  aws: z.strictObject({ region: text, profile: text.optional() }).optional(),
  gcp: z.strictObject({ projectId: text, location: text.optional() }).optional(),
  azure: z
    .strictObject({
      vaultUrl: url,
      identity: z
        .enum(['managed', 'workload'])
        .optional()
        .describe('the machine’s (managed), or the pod’s (workload); managed without it'),
      clientId: text.optional(),
    })
    .optional(),
  ttlMs: milliseconds.optional().describe('how long a secret is kept before it is read again; 300000 without it'),
});

const mcpServer = z.union([
  z.strictObject({
    command: text,
    args: z.array(z.string()).optional(),
    env: z.record(z.string(), credential).optional(),
    cwd: text.optional(),
    ...mcpTools(),
  }),
  z.strictObject({
    webSocket: z.url({ protocol: /^wss?$/ }),
    bearer: credential.optional(),
    caFile: text.optional().describe('certificates to trust, as PEM'),
    ...mcpTools(),
  }),
  z.strictObject({
    grpc: url.describe('host and port, without a path'),
    bearer: credential.optional(),
    caFile: text.optional().describe('certificates to trust, as PEM'),
    ...mcpTools(),
  }),
  z.strictObject({
    url,
    bearer: credential.optional(),
    transport: z.enum(['auto', 'sse', 'streamable']).optional(),
    ...mcpTools(),
  }),
]);

function mcpTools() {
  return {
    prefix: z.union([z.boolean(), text]).optional().describe('put before the names of its tools'),
    allowTools: z.array(text).optional(),
    denyTools: z.array(text).optional(),
    callTimeoutMs: milliseconds.optional(),
    connectTimeoutMs: milliseconds.optional(),
  };
}

/** The whole file. */
export const gatewayConfigSchema = z.strictObject({
  $schema: z.string().optional().describe('for editors'),
  server: server.optional(),
  auth: z
    .strictObject({
      chain: z.array(authConfig).min(1),
      stopOn: z.enum(['nothing', 'transport', 'infrastructure']).optional(),
    })
    .optional()
    .describe('who may call: the first link that knows a caller answers'),
  secrets: secrets.optional().describe('where the keys live that references name'),
  redis: z
    .strictObject({
      url: credential,
      keyPrefix: text.optional().describe('tako without it'),
      fail: z
        .enum(['closed', 'open'])
        .optional()
        .describe('what becomes of calls that cannot be booked while it is away; closed without it'),
    })
    .optional()
    .describe('what several gateways share: budgets, request counts, stored responses, runs that wait for tools'),
  providers: z.record(name, providerConfig).describe('models by name, and how they are reached'),
  mcpServers: z.record(name, mcpServer).optional().describe('tools: a command, or an address'),
  models: z.record(name, modelConfig).describe('what clients see, by id'),
  budget: z
    .strictObject({
      maxUsdPerRequest: usd.optional(),
      maxUsdPerRun: usd.optional(),
      maxUsdPerDay: usd.optional(),
      maxUsdPerTenantPerDay: perTenant(usd).optional(),
      maxTokensPerRequest: count.optional(),
      maxTokensPerRun: count.optional(),
      maxTokensPerDay: count.optional(),
      maxTokensPerTenantPerDay: perTenant(count).optional(),
      onUnknownPrice: z.enum(['refuse', 'warn']).optional(),
      defaultMaxOutputTokens: count.optional(),
      minOutputTokens: count.optional(),
    })
    .optional()
    .describe('caps that hold; by tenant, * for all others'),
  telemetry: z
    .strictObject({
      endpoint: url.describe('of the collector, for example http://otel:4318'),
      protocol: z.enum(['grpc', 'http']).optional(),
      headers: z.record(z.string(), credential).optional(),
      serviceName: text.optional().describe('tako-gateway without it'),
      sampler: z.number().min(0).max(1).optional().describe('the share of traces that is kept'),
      metrics: z.boolean().optional(),
      flushMs: milliseconds.optional().describe('the longest that a stop waits for the collector; 2000 without it'),
    })
    .optional()
    .describe('OTLP'),
});

/** What the gateway is made of. */
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;
export type ProviderConfig = GatewayConfig['providers'][string];
export type ModelConfig = GatewayConfig['models'][string];
export type McpServerConfig = NonNullable<GatewayConfig['mcpServers']>[string];
export type AuthConfig = NonNullable<GatewayConfig['auth']>['chain'][number];

/** Types a config that is written in TypeScript: `export const config = defineGateway({ … })`. */
export function defineGateway(config: GatewayConfig): GatewayConfig {
  return config;
}
