import { z } from 'zod';

import { count, milliseconds, name, share, text, usd } from './terms.js';

const limits = z
  .strictObject({
    maxCalls: count.optional(),
    maxTokens: count.optional(),
    maxUsd: usd.optional(),
    timeoutMs: milliseconds.optional(),
    maxDepth: count.optional(),
  })
  .describe('what one run may use');

/** Who scores answers alone: a model, or a rule. */
const simpleVerifier = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('llm_judge'),
    provider: name,
    rubric: text.optional().describe('what makes an answer good, in words'),
    timeoutMs: milliseconds.optional(),
  }),
  z.strictObject({ type: z.literal('majority'), provider: name, samples: count.optional() }),
  z.strictObject({
    type: z.literal('matches'),
    pattern: text.describe('a regular expression'),
    not: z.boolean().optional(),
    feedback: text.optional(),
  }),
  z.strictObject({
    type: z.literal('length_between'),
    minCharacters: z.int().nonnegative().optional(),
    maxCharacters: count.optional(),
  }),
  z.strictObject({ type: z.literal('fits_schema'), schema: z.record(z.string(), z.json()) }),
]);

/** Who scores answers: one, or several together. */
const verifier = z.discriminatedUnion('type', [
  ...simpleVerifier.options,
  z.strictObject({
    type: z.literal('panel'),
    judges: z.array(simpleVerifier).min(1),
    by: z.enum(['mean', 'median', 'min']).optional(),
    quorum: count.optional(),
  }),
  z.strictObject({
    type: z.literal('combine'),
    verifiers: z.array(simpleVerifier).min(1),
    by: z.enum(['min', 'product', 'mean']).optional(),
  }),
]);

const providers = z.array(name).min(1);

/** Who chooses among providers for each call. */
const router = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('cheapest'), candidates: providers }),
  z.strictObject({ by: z.literal('fastest'), candidates: providers }),
  z.strictObject({
    by: z.literal('round_robin'),
    candidates: providers,
    weights: z.record(name, z.number().nonnegative()).optional(),
  }),
  z.strictObject({
    by: z.literal('multi_factor'),
    candidates: providers,
    weights: z
      .strictObject({ quality: share.optional(), cost: share.optional(), latency: share.optional() })
      .optional(),
    quality: z.record(name, share).optional(),
  }),
  z.strictObject({
    by: z.literal('pattern'),
    candidates: providers,
    patterns: z.array(z.strictObject({ pattern: text, use: name })).min(1),
    otherwise: name.optional(),
  }),
  z.strictObject({
    by: z.literal('judge'),
    candidates: providers,
    provider: name.describe('the model that chooses'),
    notes: z.record(name, text).optional().describe('what each is good at'),
  }),
]);

const exposed = {
  description: z.string().optional(),
  roles: z.array(text).optional().describe('who may use it; everybody without'),
};

/** Of every model call of an agent. */
const requestDefaults = {
  temperature: z.number().nonnegative().optional(),
  topP: share.optional(),
  maxOutputTokens: count.optional(),
  reasoning: z.strictObject({ effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']) }).optional(),
};

/** What clients see: a model, or what is made of models. */
export const modelConfig = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('provider'), ...exposed, provider: name }),
  z.strictObject({ type: z.literal('router'), ...exposed, router, sticky: z.boolean().optional() }),
  z.strictObject({
    type: z.literal('cascade'),
    ...exposed,
    steps: z.array(z.strictObject({ provider: name, minScore: share.optional() })).min(1),
    verifier,
  }),
  z.strictObject({
    type: z.literal('single_agent'),
    ...exposed,
    provider: name.describe('a provider, or a model of the types provider, router and cascade'),
    router: router.optional().describe('chooses for each step'),
    system: text.optional(),
    mcpServers: z.array(name).optional(),
    maxSteps: count.optional(),
    maxParallelTools: count.optional(),
    toolTimeoutMs: milliseconds.optional(),
    maxToolResultCharacters: count.optional(),
    ...requestDefaults,
  }),
  z.strictObject({
    type: z.literal('conductor'),
    ...exposed,
    coordinator: name,
    workers: z
      .record(name, z.union([name, z.strictObject({ use: name, note: text.optional() })]))
      .describe('by name: a provider, or another model of this file'),
    verifier: verifier.optional(),
    minScore: share.optional(),
    maxSteps: count.optional(),
    maxRounds: count.optional(),
    maxFanout: count.optional(),
    workerTimeoutMs: milliseconds.optional(),
    failFast: z.boolean().optional(),
    limits: limits.optional(),
  }),
  z.strictObject({
    type: z.literal('trinity'),
    ...exposed,
    agents: z.record(name, name),
    maxTurns: count.optional(),
    turnTimeoutMs: milliseconds.optional(),
    limits: limits.optional(),
  }),
  z.strictObject({
    type: z.literal('ab_mcts'),
    ...exposed,
    generators: z.record(name, name).describe('who makes answers: a provider, or another model of this file'),
    verifier,
    maxIterations: count.optional().describe('answers at most; a client may ask for others: id?calls=32'),
    maxCalls: count.optional().describe('the most that a client may ask for; 64 without it'),
    parallel: count.optional(),
    temperature: z.number().nonnegative().optional(),
    targetScore: share.optional(),
    policy: z.enum(['aggregate', 'mixed', 'best_of_n', 'refine', 'mcts', 'best_first', 'tree_of_thoughts']).optional(),
    seed: z.int().optional(),
    generationTimeoutMs: milliseconds.optional(),
    limits: limits.optional(),
  }),
  z.strictObject({
    type: z.literal('self_caller'),
    ...exposed,
    inner: name,
    verifier,
    minConfidence: share.optional(),
    maxDepth: count.optional(),
    patience: count.optional(),
    limits: limits.optional(),
  }),
]);
export type VerifierConfig = z.infer<typeof verifier>;
export type RouterConfig = z.infer<typeof router>;
