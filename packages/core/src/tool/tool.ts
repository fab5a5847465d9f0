import type { ToolSchema } from '../chat/chat-request.js';
import { invalidOptions } from '../error/make-error.js';
import type { JsonSchema } from '../json.js';
import type { Call } from '../provider/call.js';
import { isStandardSchema, jsonSchemaOf, type Schema, type SchemaOutput } from './input-schema.js';

/** What a tool knows of the call it runs in. */
export interface ToolContext {
  /** Signal (aborted too when the tool's time is over), principal, run id, tracer. */
  readonly call: Call;
  readonly toolCallId: string;
}

/** A tool that an orchestrator can offer to a model and run. Make it with `tool`. */
export interface Tool extends ToolSchema {
  /** Validates arguments by itself where the tool was made with a Standard Schema. */
  readonly schema?: Schema | undefined;
  /** Longest run, in milliseconds. @defaultValue the orchestrator's limit */
  readonly timeoutMs?: number | undefined;
  /**
   * Runs the tool on validated arguments. A string is sent to the model as it is, a `toolOutput` in its parts, any
   * other value as JSON. What it throws is told to the model as an error result.
   *
   * Absent for a client tool: the run ends with `stopReason` `tool_calls`, and is resumed with the results.
   */
  readonly execute?: ((input: never, context: ToolContext) => unknown) | undefined;
}

/** What `tool` takes. */
export interface ToolOptions<S extends Schema> {
  /** 1 to 64 characters out of `a-z A-Z 0-9 _ -`. */
  readonly name: string;
  /** Tells the model when and how to use the tool. */
  readonly description?: string | undefined;
  /** The arguments, an object: Standard Schema or JSON Schema. @defaultValue no arguments */
  readonly inputSchema?: S | undefined;
  /** The JSON Schema to show to the model, for a Standard Schema that cannot describe itself. */
  readonly jsonSchema?: JsonSchema | undefined;
  /** Ask the vendor to hold the model to the schema. */
  readonly strict?: boolean | undefined;
  /** Longest run, in milliseconds. @defaultValue the orchestrator's limit */
  readonly timeoutMs?: number | undefined;
  /** See `Tool.execute`. Leave it out for a tool that the caller runs. */
  readonly execute?: ((input: SchemaOutput<S>, context: ToolContext) => unknown) | undefined;
}

/** Names that every vendor accepts. Source: https://platform.openai.com/docs/api-reference/chat (read 2026-11-23). */
const legalName = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * Makes a tool.
 *
 * ```ts
 * tool({
 *   name: 'weather',
 *   description: 'Weather of a city, now',
 *   inputSchema: z.object({ city: z.string() }),
 *   execute: ({ city }) => fetchWeather(city),
 * });
 * ```
 *
 * @throws `invalid` for an illegal name, or a schema that has no JSON Schema form or is not of type `object`.
 */
export function tool<const S extends Schema>(options: ToolOptions<S>): Tool {
  const { name, description, inputSchema, strict, timeoutMs, execute } = options;
  const where = `tool "${name}"`;
  if (typeof name !== 'string' || !legalName.test(name))
    throw invalidOptions(where, 'a name is 1 to 64 characters out of a-z A-Z 0-9 _ -');

  if (timeoutMs !== undefined && !(timeoutMs >= 1))
    throw invalidOptions(where, `timeoutMs must be at least 1, got ${timeoutMs}`);
  const json = options.jsonSchema ?? (inputSchema === undefined ? noArguments : jsonSchemaOf(inputSchema, where));
  if (json['type'] !== 'object') throw invalidOptions(where, 'the arguments must be a schema of type object');
  const schema = inputSchema !== undefined && isStandardSchema(inputSchema) ? inputSchema : undefined;
  return { name, description, inputSchema: json, schema, strict, timeoutMs, execute };
}

const noArguments: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };
