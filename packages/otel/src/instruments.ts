import type { Counter, Histogram, Meter } from '@opentelemetry/api';

/** Who our spans and metrics are of. */
export const scope = '@tako/otel';

/**
 * Boundaries that the conventions ask for.
 * Source: as in `to-otel-attributes.ts`, docs/gen-ai/client-inference.md, gen-ai-token-metrics.md, gen-ai-metrics.md and mcp.md.
 */
const seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const tokens = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864];

const agentSeconds = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6];
const mcpSeconds = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

/** All that is measured. */
export interface Instruments {
  readonly callDuration: Histogram;
  readonly timeToFirstChunk: Histogram;
  readonly timePerOutputToken: Histogram;
  readonly usage: ReadonlyMap<string, Counter>;
  readonly inputTokens: Histogram;
  readonly outputTokens: Histogram;
  readonly toolDuration: Histogram;
  readonly agentDuration: Histogram;
  readonly mcpDuration: Histogram;
  readonly mcpServerDuration: Histogram;
  readonly cost: Counter;
  readonly toolErrors: Counter;
  readonly retries: Counter;
  readonly circuitOpenings: Counter;
}

/** What makes instruments. */
export type InstrumentMaker = Pick<Meter, 'createCounter' | 'createHistogram'>;

/** The instruments, by the conventions where they have them, else under `tako.`. */
export function instruments(meter: InstrumentMaker): Instruments {
  const duration = (name: string, description: string, explicitBucketBoundaries: number[] = seconds): Histogram =>
    meter.createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries } });
  const distribution = (name: string, description: string): Histogram =>
    meter.createHistogram(name, { unit: '{token}', description, advice: { explicitBucketBoundaries: tokens } });
  const usage = (name: string): Counter =>
    meter.createCounter(`gen_ai.client.inference.usage.${name}`, { unit: '{token}', description: 'Tokens used.' });
  return {
    callDuration: duration('gen_ai.client.inference.duration', 'Duration of model calls.'),
    timeToFirstChunk: duration('gen_ai.client.inference.time_to_first_chunk', 'Time to the first piece of an answer.'),
    timePerOutputToken: duration('tako.client.time_per_output_token', 'Mean time per token after the first piece.'),
    usage: new Map([
      ['inputTokens', usage('input_tokens')],
      ['outputTokens', usage('output_tokens')],
      ['cachedInputTokens', usage('cache_read.input_tokens')],
      ['cacheWriteTokens', usage('cache_write.input_tokens')],
      ['reasoningTokens', usage('reasoning.output_tokens')],
    ]),
    inputTokens: distribution('gen_ai.client.inference.operation.input_tokens', 'Input tokens of a model call.'),
    outputTokens: distribution('gen_ai.client.inference.operation.output_tokens', 'Output tokens of a model call.'),
    toolDuration: duration('gen_ai.execute_tool.duration', 'Duration of tool calls.'),
    agentDuration: duration('gen_ai.invoke_agent.duration', 'Duration of runs.', agentSeconds),
    mcpDuration: duration('mcp.client.operation.duration', 'Duration of requests to MCP servers.', mcpSeconds),
    mcpServerDuration: duration(
      'mcp.server.operation.duration',
      'Duration of requests that an MCP server answers.',
      mcpSeconds,
    ),
    cost: meter.createCounter('tako.client.cost', { unit: 'USD', description: 'Cost of model calls.' }),
    toolErrors: meter.createCounter('tako.tool.errors', { unit: '{error}', description: 'Tool calls that failed.' }),
    retries: meter.createCounter('tako.client.failed_tries', {
      unit: '{try}',
      description: 'Tries that failed before.',
    }),
    circuitOpenings: meter.createCounter('tako.client.circuit_openings', {
      unit: '{opening}',
      description: 'Circuits that opened.',
    }),
  };
}
