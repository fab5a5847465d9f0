import type { Attributes, SpanKind } from '@tako/core';

import type { Instruments } from './instruments.js';
import type { LabelNames, LabelSets } from './label-sets.js';
import { providerName } from './provider-name.js';
import { isToolCall } from './span-shape.js';

/** What is known of a piece of work when it ends. */
export interface Finished {
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  /** The model that answered, where it said so. */
  readonly responseModel: string | undefined;
  readonly errorType: string | undefined;
  readonly durationMs: number;
  /** From the start, where there was an answer. */
  readonly firstChunkMs: number | undefined;
}

const model = ['gen_ai.provider.name', 'gen_ai.request.model', 'gen_ai.response.model'];
const chat = { 'gen_ai.operation.name': 'chat' };
const ofCalls: LabelNames = { names: [...model, 'error.type'], fixed: chat };
const ofAnswers: LabelNames = { names: model, fixed: chat };
// Vendors do not tell of what kind tokens are; the conventions have a word for that.
const ofTokens: LabelNames = { names: model, fixed: { ...chat, 'gen_ai.token.modality': 'unknown' } };
const ofTools: LabelNames = { names: ['gen_ai.tool.name', 'error.type'], fixed: { 'gen_ai.tool.type': 'function' } };
const ofRuns: LabelNames = { names: ['gen_ai.agent.name', 'error.type'] };
const ofMcp: LabelNames = { names: ['mcp.method.name', 'gen_ai.tool.name', 'error.type'] };
const ofMcpTools: LabelNames = { ...ofMcp, fixed: { 'gen_ai.operation.name': 'execute_tool' } };

/** Counts a piece of work that has ended. */
export function measure(to: Instruments, labels: LabelSets, finished: Finished): void {
  const { kind, attributes, errorType, durationMs } = finished;
  const seconds = durationMs / 1_000;
  switch (kind) {
    case 'model_call':
      measureCall(to, labels, finished);
      break;
    case 'tool': {
      const set = labels.of(ofTools, attributes['tool'], errorType);
      to.toolDuration.record(seconds, set);
      if (errorType !== undefined) to.toolErrors.add(1, set);
      break;
    }
    case 'run':
      to.agentDuration.record(seconds, labels.of(ofRuns, attributes['kind'], errorType));
      break;
    case 'mcp_call':
    case 'server_request': {
      const { method, tool } = attributes;
      if (typeof method !== 'string') break; // a server of another protocol
      const duration = kind === 'mcp_call' ? to.mcpDuration : to.mcpServerDuration;
      duration.record(seconds, labels.of(isToolCall(attributes) ? ofMcpTools : ofMcp, method, tool, errorType));
      break;
    }
    default: // the rest is inside of these
  }
}

function measureCall(
  to: Instruments,
  labels: LabelSets,
  { attributes, responseModel, errorType, durationMs, firstChunkMs }: Finished,
): void {
  const { vendor, model: asked, inputTokens, outputTokens, costUsd } = attributes;
  const provider = typeof vendor === 'string' ? providerName(vendor) : undefined;
  const answers = labels.of(ofAnswers, provider, asked, responseModel);
  to.callDuration.record(
    durationMs / 1_000,
    errorType === undefined ? answers : labels.of(ofCalls, provider, asked, responseModel, errorType),
  );
  const tokens = labels.of(ofTokens, provider, asked, responseModel);
  for (const [name, counter] of to.usage) {
    const used = attributes[name];
    if (typeof used === 'number') counter.add(used, tokens);
  }
  if (errorType === undefined) {
    // How much answers take: what a failed call used would blur it.
    if (typeof inputTokens === 'number') to.inputTokens.record(inputTokens, answers);
    if (typeof outputTokens === 'number') to.outputTokens.record(outputTokens, answers);
  }
  if (typeof costUsd === 'number') to.cost.add(costUsd, answers);
  if (firstChunkMs === undefined) return;
  to.timeToFirstChunk.record(firstChunkMs / 1_000, answers);
  if (typeof outputTokens === 'number' && outputTokens > 1)
    to.timePerOutputToken.record((durationMs - firstChunkMs) / 1_000 / (outputTokens - 1), answers);
}
