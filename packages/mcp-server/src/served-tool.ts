import type { Call, JsonSchema, Tool } from '@tako/core';
import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/server/validators/cf-worker';
import { fromJsonSchema, type CallToolResult, type ToolAnnotations } from '@modelcontextprotocol/server';

import { toContent } from './to-content.js';

/** How far a call is. */
interface CallProgress {
  readonly progress: number;
  readonly message: string;
}

/** How a running call speaks to who called. What it says may get lost, and is never waited for. */
export interface CallReport {
  readonly progress: (progress: CallProgress) => void;
  readonly warning: (message: string) => void;
}

/** Something that can be called over MCP. */
export interface ServedTool {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema | undefined;
  readonly annotations?: ToolAnnotations | undefined;
  /** Longest call, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Looks at arguments. @returns them, perhaps transformed, or what is wrong with them */
  readonly check: (given: unknown) => Promise<Checked>;
  /** @throws what the work throws. */
  readonly run: (input: unknown, call: Call, id: string, report: CallReport) => Promise<CallToolResult>;
}

/** Arguments that fit a schema, or what is wrong with them. */
export type Checked = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

/** A tool of core as one that can be called over MCP. A client tool, which its caller runs, cannot: `undefined`. */
export function servedTool(tool: Tool): ServedTool | undefined {
  const { execute } = tool;
  if (execute === undefined) return undefined;
  const told = toldBySource(tool);
  return {
    name: tool.name,
    title: told.title,
    description: tool.description,
    inputSchema: tool.inputSchema,
    annotations: told.annotations,
    timeoutMs: tool.timeoutMs,
    check: checkedBy(tool.schema !== undefined && '~standard' in tool.schema ? tool.schema : tool.inputSchema),
    run: async (input, call, toolCallId) =>
      // The input has passed the schema that the tool was made with, so it is what `execute` takes.
      toContent(await execute(input as never, { call, toolCallId })),
  };
}

/** A check of arguments by a Standard Schema or a JSON Schema. A schema that cannot be read fits nothing. */
export function checkedBy(schema: NonNullable<Tool['schema']> | JsonSchema): (given: unknown) => Promise<Checked> {
  type Standard = ReturnType<typeof fromJsonSchema>;
  let standard: Pick<Standard['~standard'], 'validate'> | undefined;
  return async (given) => {
    try {
      // The validator walks the schema: a foreign one is never made into code. Made at the first
      // call: a server of ten thousand tools starts at once.
      standard ??= (
        '~standard' in schema ? (schema as Standard) : fromJsonSchema(schema, new CfWorkerJsonSchemaValidator())
      )['~standard'];
      const result = await standard.validate(given);
      if (result.issues === undefined) return { ok: true, value: result.value };
      return { ok: false, problem: result.issues.map(described).join('; ') };
    } catch (error) {
      return { ok: false, problem: `the schema cannot be used: ${error instanceof Error ? error.message : 'unknown'}` };
    }
  };
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

function described({ message, path = [] }: Issue): string {
  const place = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return place === '' ? message : `${place}: ${message}`;
}

interface Told {
  readonly title?: string | undefined;
  readonly annotations?: ToolAnnotations | undefined;
}

/** What a tool of `@tako/mcp` brings along from its own server. */
function toldBySource(tool: Tool & { readonly mcp?: Told }): Told {
  return tool.mcp ?? {};
}
