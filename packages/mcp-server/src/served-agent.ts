import type { CallToolResult } from '@modelcontextprotocol/server';
import { invalidOptions, type JsonSchema, type Orchestrator, type RunEvent, type RunResult } from '@tako/core';

import { checkedBy, type CallReport, type ServedTool } from './served-tool.js';
import { failure } from './to-content.js';

/** An orchestrator as one tool. */
export interface AgentTool {
  /** 1 to 64 characters out of `a-z A-Z 0-9 _ -`. */
  readonly name: string;
  /** Tells the model at the other end what to ask for. */
  readonly description?: string | undefined;
  readonly orchestrator: Orchestrator;
  /** The JSON Schema of its structured output, of type `object`. @defaultValue none is promised */
  readonly outputSchema?: JsonSchema | undefined;
  /** Longest run, in milliseconds. @defaultValue the server's limit */
  readonly timeoutMs?: number | undefined;
}

const question: JsonSchema = {
  type: 'object',
  properties: {
    question: { type: 'string', minLength: 1, description: 'What to answer or to do' },
    context: { type: 'string', description: 'What is known already' },
  },
  required: ['question'],
  additionalProperties: false,
};

/** An orchestrator as a tool that takes a question. Its events become progress, its warnings log messages. */
export function servedAgent({ name, description, orchestrator, outputSchema, timeoutMs }: AgentTool): ServedTool {
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name))
    throw invalidOptions('serveMcp', `"${name}" is no name of a tool: 1 to 64 characters out of a-z A-Z 0-9 _ -`);
  return {
    name,
    description: description ?? `Asks an agent (${orchestrator.kind})`,
    inputSchema: question,
    outputSchema,
    timeoutMs,
    check: checkedBy(question),
    run: async (input, call, _id, report) => {
      const asked = input as { readonly question: string; readonly context?: string }; // the schema has seen it
      const text = asked.context === undefined ? asked.question : `${asked.question}\n\nContext:\n${asked.context}`;
      let told = 0;
      for await (const event of orchestrator.stream(text, call)) {
        if (event.type === 'finish') return fromResult(event.result, outputSchema !== undefined);
        told = tell(event, told, report);
      }
      return failure('The run ended without a result.');
    },
  };
}

function tell(event: RunEvent, told: number, report: CallReport): number {
  if (event.type === 'warning') report.warning(event.message);
  const message = messageOf(event);
  if (message === undefined) return told;
  report.progress({ progress: told + 1, message });
  return told + 1;
}

/** What is worth telling of an event: what began and what ended, not each word. */
function messageOf(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'step_start':
      return `Step ${event.step + 1}`;
    case 'tool_call_end':
      return `Calls ${event.name}`;
    case 'tool_call_result':
      return `${event.name} ${event.isError ? 'failed' : 'is done'}`;
    default:
      return undefined;
  }
}

function fromResult(result: RunResult, promised: boolean): CallToolResult {
  const { text, output, stopReason } = result;
  const isWhole = stopReason === 'final' || stopReason === 'stop_condition';
  const isAnswer = isWhole || stopReason === 'length' || stopReason === 'max_steps';
  const structured = isRecord(output) ? output : undefined;
  const isBroken = promised && structured === undefined;
  const said = text === '' && structured !== undefined ? JSON.stringify(structured) : text;
  return {
    content: [{ type: 'text', text: isWhole ? said : `${said}\n[the run ended early: ${stopReason}]`.trimStart() }],
    ...(structured !== undefined && { structuredContent: structured }),
    ...((!isAnswer || isBroken) && { isError: true }),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
