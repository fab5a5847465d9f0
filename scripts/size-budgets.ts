/** KB (1024 bytes, minified and gzipped), or so many KB more than another program of the same run. */
export type Budget = number | { readonly over: string; readonly byKb: number };

/**
 * What each published entry may weigh, bundled alone with everything it imports, `@tako/core` included.
 *
 * A budget stands a little above what the entry weighs: whoever raises one says why in the commit.
 */
export const entryBudgets: Readonly<Record<string, number>> = {
  '@tako/budget': 6,
  '@tako/budget-redis': 3,
  '@tako/client': 24,
  '@tako/core': 5,
  '@tako/core/provider': 8,
  '@tako/orchestrators': 16,
  '@tako/reliability': 10,
};

/** What each program in `scripts/size/` may weigh, by its file name. */
export const programBudgets: Readonly<Record<string, Budget>> = {
  'openai-agent-fetch': 20,
  'openai-agent-sdk': { over: 'openai-sdk', byKb: 12 },
  'openai-sdk': 90,
};

/** Packages that no published entry may hold. */
export const forbiddenEverywhere: readonly string[] = ['zod'];

/** Packages that no `/fetch` entry may hold: the vendors' SDKs. */
export const forbiddenInFetchEntries: readonly string[] = [
  'openai',
  '@anthropic-ai/sdk',
  '@aws-sdk/client-bedrock-runtime',
  '@google-cloud/vertexai',
];
