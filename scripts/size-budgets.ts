/** KB (1024 bytes, minified and gzipped), or so many KB more than another program of the same run. */
export type Budget = number | { readonly over: string; readonly byKb: number };

/**
 * What each published entry may weigh, bundled alone with everything it imports, `@tako/core` included.
 *
 * A budget stands a little above what the entry weighs: whoever raises one says why in the commit.
 */
export const entryBudgets: Readonly<Record<string, number>> = {
  '@tako/auth': 5,
  '@tako/auth-jwt': 12,
  '@tako/auth-vault': 5,
  '@tako/auth-oidc': 60,
  '@tako/budget': 6,
  '@tako/budget-redis': 3,
  '@tako/client': 24,
  '@tako/compat-server': 220,
  '@tako/compat-server/fetch': 26,
  '@tako/core': 11, // whoever imports no `customProvider` has 3.8
  '@tako/core/provider': 11, // with what resolvers of secrets and authenticators share; nobody imports all of it
  '@tako/eval': 13,
  '@tako/mcp': 125,
  '@tako/mcp-grpc': 240, // gRPC brings protobufjs along, which it needs for what we do not use
  '@tako/mcp-http': 142,
  '@tako/mcp-server': 137,
  '@tako/mcp-stdio': 129,
  '@tako/mcp-websocket': 141,
  '@tako/mcp/transport': 2,
  '@tako/openai-wire': 16,
  '@tako/otel': 13,
  '@tako/otel/html': 6,
  '@tako/otel/init': 162, // the SDK and its exporters, which initOtlp loads when it is called
  '@tako/orchestrators': 14,
  '@tako/orchestrators/ab-mcts': 25,
  '@tako/orchestrators/conductor': 24,
  '@tako/orchestrators/dry-run': 6,
  '@tako/orchestrators/learning': 22,
  '@tako/orchestrators/routers': 15,
  '@tako/orchestrators/self-caller': 19,
  '@tako/orchestrators/trinity': 19,
  '@tako/orchestrators/verifiers': 10,
  '@tako/provider-anthropic': 114,
  '@tako/provider-anthropic/fetch': 13,
  '@tako/provider-azure-openai': 99,
  '@tako/provider-azure-openai/fetch': 13,
  '@tako/provider-bedrock': 162,
  '@tako/provider-http-generic': 14,
  '@tako/provider-mistral': 14,
  '@tako/provider-ollama': 11,
  '@tako/provider-openai': 98,
  '@tako/provider-openai/fetch': 12,
  '@tako/provider-openai/responses': 12,
  '@tako/provider-vertex': 14,
  '@tako/provider-vertex/sdk': 14,
  '@tako/reliability': 10,
  '@tako/router-onnx': 27,
  '@tako/safe-fetch': 242, // undici is one file of CommonJS after another: whoever imports any of it has all of it
  '@tako/secrets-aws': 140,
  '@tako/secrets-azure-keyvault': 7,
  '@tako/secrets-gcp': 8,
  '@tako/secrets-vault': 6,
  '@tako/testing': 32,
  '@tako/testing/budget': 6,
  '@tako/testing/identity': 12,
  '@tako/testing/loopback': 6,
  '@tako/testing/orchestrators': 10,
  '@tako/testing/secrets': 18,
  '@tako/testing/tools': 8,
  '@tako/transport-undici': 236,
  '@tako/verifier-process': 4,
};

/** What each program in `scripts/size/` may weigh, by its file name. */
export const programBudgets: Readonly<Record<string, Budget>> = {
  'openai-agent-fetch': 20,
  // The goal is 12 over the SDK alone: the two doors share all but their last kilobyte, so that it is 12 in all.
  'openai-agent-sdk': { over: 'openai-sdk', byKb: 21 },
  'openai-sdk': 90,
};

/** Packages that no published entry may hold. */
export const forbiddenEverywhere: readonly string[] = ['zod'];

/** What the SDK that a package stands on brings along all the same: we do not import it, and cannot leave it out. */
export const broughtBySdk: Readonly<Record<string, readonly string[]>> = {
  mcp: ['zod'],
  'mcp-grpc': ['zod'],
  'mcp-http': ['zod'],
  'mcp-server': ['zod'],
  'mcp-stdio': ['zod'],
  'mcp-websocket': ['zod'],
};

/** Packages that no `/fetch` entry may hold: the vendors' SDKs. */
export const forbiddenInFetchEntries: readonly string[] = [
  'openai',
  '@anthropic-ai/sdk',
  '@aws-sdk/client-bedrock-runtime',
  '@google-cloud/vertexai',
];
