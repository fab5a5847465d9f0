/** What one package may import. Names of our own packages stand without the scope. */
export interface Arrows {
  /** Packages of this repository. */
  readonly tako: readonly string[];
  /** Packages of this repository by `import()` only: whoever never needs them never loads them, nor bundles them. */
  readonly onDemand?: readonly string[];
  /** Packages from elsewhere. `@scope/*` stands for every package of a scope. */
  readonly external?: readonly string[];
  /** Packages from elsewhere of which only types may be imported. */
  readonly externalTypes?: readonly string[];
  /** Runs where there is no Node: imports no Node module, and every entry bundles for browsers and edges. */
  readonly neutral: boolean;
}

const mcpSdk = '@modelcontextprotocol/client';

/** Which package may import what. A package that does not stand here may not exist. */
export const arrows: Readonly<Record<string, Arrows>> = {
  core: { tako: [], neutral: true },

  orchestrators: { tako: ['core'], neutral: true },
  client: { tako: ['core', 'orchestrators', 'budget', 'reliability'], neutral: true },
  reliability: { tako: ['core'], external: ['cockatiel'], neutral: true },
  budget: { tako: ['core'], neutral: true },
  'budget-redis': { tako: ['core'], neutral: false },

  'openai-wire': { tako: ['core'], externalTypes: ['openai'], neutral: true },
  'transport-undici': { tako: ['core'], external: ['undici'], neutral: false },
  'safe-fetch': { tako: [], external: ['undici', 'ipaddr.js'], neutral: false },

  'provider-openai': { tako: ['core', 'openai-wire'], external: ['openai'], neutral: false },
  'provider-azure-openai': { tako: ['core', 'openai-wire'], external: ['openai'], neutral: false },
  'provider-mistral': { tako: ['core', 'openai-wire'], neutral: true },
  'provider-http-generic': { tako: ['core', 'openai-wire'], neutral: true },
  'provider-anthropic': { tako: ['core'], external: ['@anthropic-ai/sdk'], neutral: false },
  'provider-vertex': { tako: ['core'], externalTypes: ['@google-cloud/vertexai'], neutral: true },
  'provider-bedrock': {
    tako: ['core'],
    onDemand: ['safe-fetch'],
    external: ['@aws-sdk/client-bedrock-runtime'],
    neutral: false,
  },
  'provider-ollama': { tako: ['core'], onDemand: ['safe-fetch'], neutral: true },

  mcp: { tako: ['core'], external: [mcpSdk], neutral: false },
  'mcp-stdio': { tako: ['core', 'mcp'], external: [mcpSdk, 'cross-spawn'], neutral: false },
  'mcp-http': { tako: ['core', 'mcp'], external: [mcpSdk], neutral: false },
  'mcp-websocket': { tako: ['core', 'mcp'], external: [mcpSdk, 'ws'], neutral: false },
  'mcp-grpc': { tako: ['core', 'mcp'], external: [mcpSdk, '@grpc/grpc-js'], neutral: false },
  'mcp-server': { tako: ['core'], external: ['@modelcontextprotocol/server'], neutral: false },

  'secrets-vault': { tako: ['core'], neutral: false },
  'secrets-azure-keyvault': { tako: ['core'], neutral: false },
  'secrets-gcp': { tako: ['core'], neutral: false },
  'secrets-aws': { tako: ['core'], external: ['@aws-sdk/client-secrets-manager'], neutral: false },

  auth: { tako: ['core'], neutral: false },
  'auth-jwt': { tako: ['core'], external: ['jose'], neutral: false },
  'auth-oidc': { tako: ['core'], external: ['jose', 'openid-client'], neutral: false },
  'auth-vault': { tako: ['core'], neutral: false },

  'compat-server': { tako: ['auth', 'core', 'openai-wire'], external: ['fastify'], neutral: false },
  eval: { tako: ['core'], neutral: false },
  otel: { tako: ['core'], external: ['@grpc/grpc-js', '@opentelemetry/*'], neutral: false },
  testing: { tako: ['core'], neutral: false },
  'verifier-process': { tako: ['core'], neutral: false },
  'router-onnx': { tako: ['core'], external: ['onnxruntime-web'], neutral: false },
};
