import {
  invalidOptions,
  isStandardSchema,
  providerError,
  system,
  textOf,
  user,
  type ChatRequest,
  type JsonSchema,
  type JsonValue,
  type Provider,
  type Schema,
  type Tool,
  type ToolCallPart,
  type ToolSchema,
} from '@tako/core';
import { IncrementalJson, type ChatEvent } from '@tako/core/provider';

import { checkValue, type Checked } from '../schema/check-value.js';
import { parseArguments, parseModelJson } from '../schema/parse-json.js';
import type { RunProgress } from '../turn/run-progress.js';
import type { Ending } from '../turn/settle-answer.js';
import { untilAborted } from '../turn/until-aborted.js';
import { closedSchema } from './closed-schema.js';

/** The tool by which a model hands in its output where the vendor offers no better way. */
const finalAnswer = 'final_answer';

/** How the output is asked for: by the vendor's schema, by a tool, or by plain words. */
type Way = 'vendor' | 'tool' | 'prompt';

/**
 * Structured output of a run: how to ask a given provider for it, and how to read what came.
 *
 * Where the vendor certainly cannot bind an answer to a schema (or not while tools are offered), the model hands in its
 * output through a tool `final_answer`; where it has no tools either, it is asked for JSON in plain words.
 */
export class OutputPlan {
  readonly #schema: Schema;
  readonly #json: JsonSchema;
  /** Vendors want an object at the root: any other output travels as `{ value }`. */
  readonly #wrapped: boolean;
  readonly #wireSchema: JsonSchema;
  readonly #tool: Tool;
  #way: Way = 'vendor';
  #partial = new IncrementalJson();
  #partialIndex = -1;

  constructor(schema: Schema, json: JsonSchema) {
    this.#schema = schema;
    this.#json = json;
    this.#wrapped = this.#json['type'] !== 'object';
    // Whoever writes JSON Schema has said what they mean; what a library makes of a type leaves it to us.
    const asked = isStandardSchema(schema) ? closedSchema(json) : json;
    this.#wireSchema = this.#wrapped ? wrap(asked) : asked;
    this.#tool = {
      name: finalAnswer,
      description: 'Hands in the final answer and ends the task. Call it once, when you are done.',
      inputSchema: this.#wireSchema,
      execute: async (input: unknown) => {
        const checked = await this.#check(input);
        if (!checked.ok) throw new Error(`the answer does not fit the schema: ${checked.problem}`);
        return 'accepted';
      },
    };
  }

  /** The tools of a run with `final_answer`. @throws `invalid` when another has its name. */
  withHandIn(tools: ReadonlyMap<string, Tool>): ReadonlyMap<string, Tool> {
    if (tools.has(finalAnswer)) {
      throw invalidOptions('run', `the name "${finalAnswer}" is taken for handing in the output; rename the tool`);
    }
    return new Map([...tools, [finalAnswer, this.#tool]]);
  }

  /** The tool `final_answer`, for the loop to run. */
  get tool(): Tool {
    return this.#tool;
  }

  /** The request with the output asked for in the best way that `provider` has, and a warning where that is a downgrade. */
  ask(request: ChatRequest, provider: Provider): { readonly request: ChatRequest; readonly warning?: string } {
    const { tools = [] } = request;
    const { structuredOutput, structuredOutputWithTools, tools: canTools } = provider.capabilities;
    const canBind = structuredOutput !== 'no' && (tools.length === 0 || structuredOutputWithTools !== 'no');
    this.#way = canBind ? 'vendor' : canTools === 'no' ? 'prompt' : 'tool';
    this.#partial = new IncrementalJson();
    this.#partialIndex = -1;
    if (this.#way === 'vendor') {
      const responseFormat = { type: 'json_schema', name: 'output', schema: this.#wireSchema } as const;
      return { request: { ...request, responseFormat } };
    }
    if (this.#way === 'tool') {
      const { name, description, inputSchema } = this.#tool;
      const schema: ToolSchema = { name, description, inputSchema };
      const warning = `${provider.id} cannot bind an answer to a schema here; the tool ${finalAnswer} is used instead`;
      return { request: { ...request, tools: [...tools, schema], responseFormat: undefined }, warning };
    }
    const words = `Answer with nothing but one JSON value that fits this JSON Schema:\n${JSON.stringify(this.#wireSchema)}`;
    const warning = `${provider.id} cannot bind an answer to a schema; it is asked for JSON in plain words`;
    return {
      request: { ...request, messages: [system(words), ...request.messages], responseFormat: undefined },
      warning,
    };
  }

  /** Takes an event of the answer. @returns the output as far as it is there, when the event brought more of it */
  grow(event: ChatEvent): JsonValue | undefined {
    if (this.#way === 'tool') {
      if (event.type === 'tool_call_start' && event.name === finalAnswer) this.#partialIndex = event.index;
      if (event.type !== 'tool_call_delta' || event.index !== this.#partialIndex) return undefined;
      this.#partial.push(event.argumentsDelta);
    } else if (event.type === 'text_delta') this.#partial.push(event.text);
    else return undefined;
    const { value } = this.#partial;
    return this.#wrapped ? unwrap(value) : value;
  }

  /** Whether a call hands in the output. */
  isHandIn({ name }: ToolCallPart): boolean {
    return name === finalAnswer;
  }

  /**
   * Deals with an answer without tool calls.
   *
   * @returns the ending, or `undefined` when a repair was asked for
   * @throws `malformed_response` when there were `maxRepairs` already.
   */
  async settleAnswer(run: RunProgress, maxRepairs: number): Promise<Ending | undefined> {
    const { answer } = run;
    const parsed = parseModelJson(answer === undefined ? '' : textOf(answer));
    const read: Checked = parsed.ok
      ? await untilAborted(run.call.signal, () => this.#check(parsed.value))
      : { ok: false, problem: `it is not JSON: ${parsed.problem}` };
    if (read.ok) return { stopReason: 'final', output: read.value };
    countRepair(run, maxRepairs, read.problem);
    run.reply(user(this.#repair(read.problem)));
    await run.save();
    return undefined;
  }

  /**
   * Deals with an answer whose tool calls have their results: a hand-in that was accepted is the end. One that was not has an
   * error result that says what to mend.
   *
   * @throws `malformed_response` when there were `maxRepairs` already.
   */
  async settleHandIn(run: RunProgress, maxRepairs: number): Promise<Ending | undefined> {
    const ending = await this.#readHandIn(run, run.acceptedToolCalls);
    if (ending === undefined && run.toolCalls.some((call) => this.isHandIn(call))) {
      countRepair(run, maxRepairs, 'what was handed in does not fit the schema');
    }
    return ending;
  }

  /** The ending of a run that had handed in its output before it was resumed. */
  async endedBefore(run: RunProgress): Promise<Ending | undefined> {
    const [answer, results] = run.messages.slice(-2);
    if (run.start.earlier === undefined || answer?.role !== 'assistant' || results?.role !== 'tool') return undefined;
    const refused = new Set(
      results.content.filter(({ isError }) => isError === true).map(({ toolCallId }) => toolCallId),
    );
    const calls = answer.content.filter((part) => part.type === 'tool_call');
    return this.#readHandIn(
      run,
      calls.filter(({ id }) => !refused.has(id)),
    );
  }

  /** Reads the output from the call that handed it in: a resumed run finds it there as well. */
  async #readHandIn(run: RunProgress, calls: readonly ToolCallPart[]): Promise<Ending | undefined> {
    const call = calls.find((each) => this.isHandIn(each));
    const parsed = call === undefined ? undefined : parseArguments(call.arguments);
    if (parsed?.ok !== true) return undefined;
    const read = await untilAborted(run.call.signal, () => this.#check(parsed.value));
    return read.ok ? { stopReason: 'final', output: read.value } : undefined;
  }

  /** What to tell the model when its answer could not be read. */
  #repair(problem: string): string {
    const schema = JSON.stringify(this.#wireSchema);
    return `Your answer cannot be used: ${problem}\nAnswer again: by the tool ${finalAnswer} where you have it, else with nothing but the JSON. The JSON Schema: ${schema}`;
  }

  #check(value: unknown): Promise<Checked> {
    return checkValue(this.#schema, this.#json, this.#wrapped && isWrapper(value) ? value.value : value);
  }
}

function countRepair(run: RunProgress, maxRepairs: number, problem: string): void {
  if (run.repairs >= maxRepairs) {
    throw providerError('malformed_response', `the model did not give the output that was asked for: ${problem}`);
  }
  run.repairs++;
}

function unwrap(value: unknown): JsonValue | undefined {
  return isWrapper(value) ? (value.value as JsonValue) : undefined; // it was parsed from JSON
}

function isWrapper(value: unknown): value is { readonly value: unknown } {
  return typeof value === 'object' && value !== null && 'value' in value;
}

/** Vendors want an object at the root. What the schema defines for its own use stays where its references find it. */
function wrap(schema: JsonSchema): JsonSchema {
  const { $defs, definitions, ...inner } = schema;
  return {
    type: 'object',
    properties: { value: withRootAt('#/properties/value', inner) },
    required: ['value'],
    additionalProperties: false,
    ...($defs === undefined ? {} : { $defs: withRootAt('#/properties/value', $defs) }),
    ...(definitions === undefined ? {} : { definitions: withRootAt('#/properties/value', definitions) }),
  };
}

/** A schema whose references to its own root (`#`) point to where that root now is. */
function withRootAt(pointer: string, schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((item) => withRootAt(pointer, item));
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === '$ref' && value === '#' ? pointer : withRootAt(pointer, value),
    ]),
  );
}
