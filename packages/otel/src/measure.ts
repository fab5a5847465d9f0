import type { Attributes as ApiAttributes } from '@opentelemetry/api';
import type { Attributes, SpanKind } from '@tako/core';

import type { Instruments } from './instruments.js';
import type { LabelLimit } from './label-limit.js';
import { providerName } from './provider-name.js';

/** What is known of a piece of work when it ends. */
export interface Finished {
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly errorType: string | undefined;
  readonly durationMs: number;
  /** From the start, where there was an answer. */
  readonly firstChunkMs: number | undefined;
}

/** Counts a piece of work that has ended. */
export function measure(to: Instruments, labels: LabelLimit, finished: Finished): void {
  const { kind, attributes, errorType, durationMs } = finished;
  const label = (name: string, value: Attributes[string]): ApiAttributes =>
    typeof value === 'string' ? { [name]: labels.of(name, value) } : {};
  const error = label('error.type', errorType);
  const seconds = durationMs / 1_000;
  switch (kind) {
    case 'model_call': {
      const { vendor, model } = attributes;
      const labelled: ApiAttributes = {
        'gen_ai.operation.name': 'chat',
        ...label('gen_ai.provider.name', typeof vendor === 'string' ? providerName(vendor) : vendor),
        ...label('gen_ai.request.model', model),
      };
      to.callDuration.record(seconds, { ...labelled, ...error });
      measureAnswer(to, labelled, finished);
      break;
    }
    case 'tool': {
      const tool = label('gen_ai.tool.name', attributes['tool']);
      to.toolDuration.record(seconds, { ...tool, ...error });
      if (errorType !== undefined) to.toolErrors.add(1, { ...tool, ...error });
      break;
    }
    case 'run':
      to.agentDuration.record(seconds, { ...label('gen_ai.agent.name', attributes['kind']), ...error });
      break;
    case 'mcp_call':
    case 'server_request': {
      const duration = kind === 'mcp_call' ? to.mcpDuration : to.mcpServerDuration;
      if (typeof attributes['method'] !== 'string') break; // a server of another protocol
      const tool = label('gen_ai.tool.name', attributes['tool']);
      duration.record(seconds, { ...label('mcp.method.name', attributes['method']), ...tool, ...error });
      break;
    }
    default: // the rest is inside of these
  }
}

function measureAnswer(
  to: Instruments,
  labelled: ApiAttributes,
  { attributes, durationMs, firstChunkMs }: Finished,
): void {
  const { inputTokens = 0, outputTokens = 0, costUsd } = attributes;
  for (const [name, counter] of to.usage) {
    const used = attributes[name];
    // Vendors do not tell of what kind tokens are; the conventions have a word for that.
    if (typeof used === 'number') counter.add(used, { ...labelled, 'gen_ai.token.modality': 'unknown' });
  }
  if (typeof attributes['inputTokens'] === 'number' && typeof inputTokens === 'number')
    to.inputTokens.record(inputTokens, labelled);
  if (typeof attributes['outputTokens'] === 'number' && typeof outputTokens === 'number')
    to.outputTokens.record(outputTokens, labelled);
  if (typeof costUsd === 'number') to.cost.add(costUsd, labelled);
  if (firstChunkMs === undefined) return;
  to.timeToFirstChunk.record(firstChunkMs / 1_000, labelled);
  if (typeof outputTokens === 'number' && outputTokens > 1)
    to.timePerOutputToken.record((durationMs - firstChunkMs) / 1_000 / (outputTokens - 1), labelled);
}
