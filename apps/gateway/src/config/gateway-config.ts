import { z } from 'zod';

const name = z.string().regex(/^[\w.@:/-]{1,128}$/, 'a name is made of letters, digits and . _ - @ : /');
const count = z.int().positive();
const usd = z.number().positive();
const milliseconds = z.number().positive();

/**
 * A secret as the file holds it: `$ENV:NAME`, a reference to a store (`vault:secret/data/llm#openai`), or, where the file itself is
 * secret, the text. It is read when used.
 */
const credential = z.string().min(1);

const price = z.strictObject({
  inputUsdPerMillion: z.number().nonnegative(),
  outputUsdPerMillion: z.number().nonnegative(),
  cachedInputUsdPerMillion: z.number().nonnegative().optional(),
  cacheWriteUsdPerMillion: z.number().nonnegative().optional(),
  reasoningUsdPerMillion: z.number().nonnegative().optional(),
});

/** What every provider may have. `limits` hold for this provider in this process. */
const provider = {
  price: price.optional(),
  limits: z
    .strictObject({
      requestsPerMinute: count.optional(),
      tokensPerMinute: count.optional(),
      concurrency: count.optional(),
    })
    .optional(),
  retries: z.int().min(0).max(10).optional(),
  /** Providers, by name, that are asked when this one fails. */
  fallback: z.array(name).optional(),
};

const keyed = { ...provider, model: z.string().min(1), apiKey: credential.optional(), baseUrl: z.url().optional() };

const providerConfig = z.discriminatedUnion('vendor', [
  z.strictObject({ vendor: z.literal('openai'), ...keyed, organization: z.string().optional() }),
  z.strictObject({ vendor: z.literal('anthropic'), ...keyed }),
  z.strictObject({ vendor: z.literal('mistral'), ...keyed }),
  z.strictObject({ vendor: z.literal('ollama'), ...keyed }),
  z.strictObject({
    vendor: z.literal('azure-openai'),
    ...provider,
    deployment: z.string().min(1),
    endpoint: z.url(),
    apiKey: credential.optional(),
    model: z.string().optional(),
  }),
  z.strictObject({
    vendor: z.literal('vertex'),
    ...provider,
    model: z.string().min(1),
    project: z.string().min(1),
    location: z.string().optional(),
    accessToken: credential,
  }),
  z.strictObject({
    vendor: z.literal('bedrock'),
    ...provider,
    model: z.string().min(1),
    region: z.string().optional(),
    apiKey: credential.optional(),
    profile: z.string().optional(),
  }),
  z.strictObject({
    vendor: z.literal('http'),
    ...provider,
    model: z.string().min(1),
    url: z.url(),
    apiKey: credential.optional(),
  }),
  z.strictObject({ vendor: z.literal('offline'), ...provider }),
]);

/** What a run may use; each model of the gateway can have its own. */
const limits = z.strictObject({
  maxCalls: count.optional(),
  maxTokens: count.optional(),
  maxUsd: usd.optional(),
  timeoutMs: milliseconds.optional(),
  maxDepth: count.optional(),
});

/** Who scores answers: a model, with what makes an answer good in words. */
const judge = z.strictObject({ provider: name, rubric: z.string().optional() });

const exposed = { description: z.string().optional(), roles: z.array(z.string()).optional() };

const modelConfig = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('provider'), ...exposed, provider: name }),
  z.strictObject({
    type: z.literal('single_agent'),
    ...exposed,
    provider: name,
    system: z.string().optional(),
    mcpServers: z.array(name).optional(),
    maxSteps: count.optional(),
  }),
  z.strictObject({
    type: z.literal('conductor'),
    ...exposed,
    coordinator: name,
    /** Workers by name: a provider, or another model of this file. */
    workers: z.record(name, z.union([name, z.strictObject({ use: name, note: z.string().optional() })])),
    judge: judge.optional(),
    maxSteps: count.optional(),
    maxRounds: count.optional(),
    limits: limits.optional(),
  }),
  z.strictObject({
    type: z.literal('trinity'),
    ...exposed,
    agents: z.record(name, name),
    maxTurns: count.optional(),
    limits: limits.optional(),
  }),
  z.strictObject({
    type: z.literal('ab_mcts'),
    ...exposed,
    /** Who makes answers, by name: a provider, or another model of this file. */
    generators: z.record(name, name),
    judge,
    /** Answers at most; a client may ask for others: `id?calls=32`. */
    maxIterations: count.optional(),
    /** The most that a client may ask for. */
    maxCalls: count.optional(),
    parallel: count.optional(),
    targetScore: z.number().min(0).max(1).optional(),
    limits: limits.optional(),
  }),
  z.strictObject({
    type: z.literal('self_caller'),
    ...exposed,
    inner: name,
    judge,
    minConfidence: z.number().min(0).max(1).optional(),
    maxDepth: count.optional(),
    limits: limits.optional(),
  }),
]);

const mcpServer = z.union([
  z.strictObject({
    command: z.string().min(1),
    args: z.array(z.string()).optional(),
    env: z.record(z.string(), credential).optional(),
  }),
  z.strictObject({ url: z.url(), bearer: credential.optional() }),
]);

const principal = { tenant: z.string().min(1), user: z.string().min(1), roles: z.array(z.string()).optional() };

/** A claim's exact name, or the names on the way to a nested one. */
const claimPath = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** Where in the claims of a token a principal is found. */
const claims = z.strictObject({
  tenant: claimPath.optional(),
  defaultTenantId: z.string().min(1).optional(),
  user: claimPath.optional(),
  roles: claimPath.optional(),
  defaultRoles: z.array(z.string()).optional(),
});

const authConfig = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('tokens'),
    tokens: z.array(z.strictObject({ token: credential, ...principal })).min(1),
  }),
  z.strictObject({
    type: z.literal('jwt'),
    issuer: z.string().min(1),
    audience: z.string().min(1),
    algorithm: z.enum(['RS256', 'ES256', 'EdDSA', 'HS256']),
    /** PEM of the public key; the shared secret for HS256. */
    key: credential.optional(),
    jwksUrl: z.url().optional(),
    claims: claims.optional(),
  }),
  z.strictObject({
    type: z.literal('oidc'),
    issuer: z.url(),
    audience: z.string().min(1),
    clientId: z.string().optional(),
    clientSecret: credential.optional(),
    mode: z.enum(['jwt', 'opaque', 'both']).optional(),
    caFile: z.string().optional(),
    claims: claims.optional(),
  }),
  z.strictObject({
    type: z.literal('vault'),
    /** The key of the hash under which tokens stand. */
    hashKey: credential,
    path: z.string().optional(),
  }),
]);

const tenantCaps = z.record(z.string(), usd);

/** The whole file. */
export const gatewayConfigSchema = z.strictObject({
  server: z
    .strictObject({
      host: z.string().optional(),
      port: z.int().min(0).max(65_535).optional(),
      /** Starts without `auth`, on loopback only, with a random token that is printed once. */
      insecureDev: z.boolean().optional(),
      tls: z.strictObject({ certFile: z.string(), keyFile: z.string() }).optional(),
      corsOrigins: z.array(z.url()).optional(),
      /** Serves `/metrics`. */
      metrics: z.boolean().optional(),
      maxInFlightPerTenant: count.optional(),
      /** Of each caller. */
      requestsPerMinute: count.optional(),
      maxBodyBytes: count.optional(),
      drainMs: milliseconds.optional(),
    })
    .optional(),
  auth: z
    .strictObject({
      chain: z.array(authConfig).min(1),
      stopOn: z.enum(['nothing', 'transport', 'infrastructure']).optional(),
    })
    .optional(),
  secrets: z
    .strictObject({
      vault: z
        .strictObject({
          address: z.url(),
          token: credential.optional(),
          kubernetesRole: z.string().optional(),
          appRole: z.strictObject({ roleId: z.string(), secretId: credential }).optional(),
          namespace: z.string().optional(),
        })
        .optional(),
      aws: z.strictObject({ region: z.string(), profile: z.string().optional() }).optional(),
      gcp: z.strictObject({ projectId: z.string() }).optional(),
      azure: z.strictObject({ vaultUrl: z.url() }).optional(),
      /** How long a secret is kept before it is read again. */
      ttlMs: milliseconds.optional(),
    })
    .optional(),
  providers: z.record(name, providerConfig),
  mcpServers: z.record(name, mcpServer).optional(),
  models: z.record(name, modelConfig),
  budget: z
    .strictObject({
      maxUsdPerRequest: usd.optional(),
      maxUsdPerRun: usd.optional(),
      maxUsdPerDay: usd.optional(),
      maxUsdPerTenantPerDay: tenantCaps.optional(),
      maxTokensPerRun: count.optional(),
      onUnknownPrice: z.enum(['refuse', 'warn']).optional(),
      /** Where the accounts are kept that several gateways share: a Redis. */
      redis: z.strictObject({ url: credential, fail: z.enum(['closed', 'open']).optional() }).optional(),
    })
    .optional(),
  telemetry: z
    .strictObject({
      endpoint: z.url(),
      protocol: z.enum(['grpc', 'http']).optional(),
      headers: z.record(z.string(), credential).optional(),
    })
    .optional(),
});

/** What the gateway is made of. */
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;
export type ProviderConfig = GatewayConfig['providers'][string];
export type ModelConfig = GatewayConfig['models'][string];
export type AuthConfig = NonNullable<GatewayConfig['auth']>['chain'][number];

/** Types a config that is written in TypeScript: `export const config = defineGateway({ … })`. */
export function defineGateway(config: GatewayConfig): GatewayConfig {
  return config;
}
