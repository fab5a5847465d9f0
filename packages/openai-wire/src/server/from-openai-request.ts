import type {
  ChatRequest,
  JsonObject,
  JsonValue,
  ReasoningEffort,
  ResponseFormat,
  ToolChoice,
  ToolSchema,
} from '@tako/core';

import { defined } from '../defined.js';
import { fromOpenAIMessages } from './from-openai-messages.js';
import {
  asArray,
  asObject,
  asString,
  field,
  invalidBody,
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalString,
  type Unread,
} from './read-field.js';

/** A body that a client of chat completions sent, read. */
export interface OpenAIRequest {
  readonly model: string;
  readonly request: ChatRequest;
  /** Whether the client wants a stream. */
  readonly stream: boolean;
  /** Whether the client wants usage at the end of the stream. */
  readonly includeUsage: boolean;
  /**
   * Fields of the body that a `ChatRequest` has no place for, as they came: `n`, `logprobs`, `user`, `service_tier` and
   * whatever else. It is for the caller to refuse them, to leave them, or to hand some on as `vendorOptions`.
   */
  readonly rest: JsonObject;
  /** Paths of inner fields that have no place and were left out, for example `messages[0].name`. */
  readonly ignored: readonly string[];
}

/** How a body is read. */
export interface FromOpenAIRequestOptions {
  /** Who `vendorData` (an image's `detail`) is written for. @defaultValue `openai` */
  readonly vendor?: string | undefined;
}

/** Fields that have a place in a `ChatRequest`, or in `OpenAIRequest` beside it. */
const fieldsRead = [
  'model',
  'messages',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'temperature',
  'top_p',
  'max_completion_tokens',
  'max_tokens',
  'stop',
  'seed',
  'reasoning_effort',
  'prompt_cache_key',
  'prompt_cache_retention',
  'metadata',
  'stream',
  'stream_options',
];

const dayMs = 86_400_000;
const efforts: ReadonlySet<unknown> = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']);

/** Whether a word is an effort that the contract has. */
export function isReasoningEffort(value: unknown): value is ReasoningEffort {
  return efforts.has(value);
}

/**
 * Reads the body of a request to chat completions, the server's side of `toOpenAI`.
 *
 * Null counts as absent. Nothing is dropped in silence: see `rest` and `ignored`.
 *
 * @param body parsed JSON that nobody has looked at; its size and depth are the caller's to limit
 * @throws `invalid`, with the field in `details.param`, for a body that OpenAI would refuse or that Tako cannot hold.
 */
export function fromOpenAIRequest(body: unknown, options: FromOpenAIRequestOptions = {}): OpenAIRequest {
  const { vendor = 'openai' } = options;
  const object = asObject(body, 'body');
  const ignored: string[] = [];
  const onIgnored = (path: string): void => {
    ignored.push(path);
  };
  const read = new Set(fieldsRead);
  const effort = field(object, 'reasoning_effort');
  if (!isReasoningEffort(effort)) read.delete('reasoning_effort');
  const retention = field(object, 'prompt_cache_retention');
  if (retention !== '24h') read.delete('prompt_cache_retention');
  const key = optionalString(object, 'prompt_cache_key', 'prompt_cache_key');
  const streamOptions = asObject(field(object, 'stream_options') ?? {}, 'stream_options');
  for (const name of Object.keys(streamOptions)) if (name !== 'include_usage') onIgnored(`stream_options.${name}`);

  return {
    model: asString(field(object, 'model'), 'model'),
    request: defined<ChatRequest>({
      messages: fromOpenAIMessages(field(object, 'messages'), { vendor, onIgnored }),
      tools: readTools(object, onIgnored),
      toolChoice: readToolChoice(field(object, 'tool_choice')),
      parallelToolCalls: optionalBoolean(object, 'parallel_tool_calls', 'parallel_tool_calls'),
      responseFormat: readResponseFormat(field(object, 'response_format')),
      temperature: optionalNumber(object, 'temperature', 0, 2),
      topP: optionalNumber(object, 'top_p', 0, 1),
      maxOutputTokens: optionalInteger(object, 'max_completion_tokens', 1) ?? optionalInteger(object, 'max_tokens', 1),
      stop: readStop(field(object, 'stop')),
      seed: optionalInteger(object, 'seed', Number.MIN_SAFE_INTEGER),
      reasoning: isReasoningEffort(effort) ? { effort } : undefined, // any other word is in `rest`
      cache: key === undefined && retention !== '24h' ? undefined : cacheHint(key, retention),
      metadata: readMetadata(field(object, 'metadata')),
    }),
    stream: optionalBoolean(object, 'stream', 'stream') ?? false,
    includeUsage: optionalBoolean(streamOptions, 'include_usage', 'stream_options.include_usage') ?? false,
    rest: restOf(object, read),
    ignored,
  };
}

/** The fields that nobody read, null left out. */
export function restOf(object: Unread, read: ReadonlySet<string>): JsonObject {
  const rest = Object.entries(object).filter(([name, value]) => !read.has(name) && value !== null);
  return Object.fromEntries(rest) as { [name: string]: JsonValue }; // parsed JSON is what the caller gave
}

/** What a body says about the prompt cache. */
export function cacheHint(key: string | undefined, retention: unknown): NonNullable<ChatRequest['cache']> {
  return { ...(key === undefined ? {} : { key }), ...(retention === '24h' ? { ttlMs: dayMs } : {}) };
}

function readTools(object: Unread, onIgnored: (path: string) => void): ToolSchema[] | undefined {
  const tools = field(object, 'tools');
  if (tools === undefined) return undefined;
  return asArray(tools, 'tools').map((value, index) => {
    const param = `tools[${index}]`;
    const tool = asObject(value, param);
    if (field(tool, 'type') !== 'function') throw invalidBody(`${param}.type`, 'must be "function"');
    const described = asObject(field(tool, 'function'), `${param}.function`);
    const known = ['name', 'description', 'parameters', 'strict'];
    for (const name of Object.keys(described)) if (!known.includes(name)) onIgnored(`${param}.function.${name}`);
    const noArguments = { type: 'object', properties: {} };
    return defined<ToolSchema>({
      name: asString(field(described, 'name'), `${param}.function.name`),
      description: optionalString(described, 'description', `${param}.function.description`),
      inputSchema: asObject(field(described, 'parameters') ?? noArguments, `${param}.function.parameters`),
      strict: optionalBoolean(described, 'strict', `${param}.function.strict`),
    });
  });
}

function readToolChoice(choice: unknown): ToolChoice | undefined {
  if (choice === undefined || choice === 'auto' || choice === 'none' || choice === 'required') return choice;
  const object = asObject(choice, 'tool_choice');
  if (field(object, 'type') !== 'function') throw invalidBody('tool_choice.type', 'must be "function"');
  const chosen = asObject(field(object, 'function'), 'tool_choice.function');
  return { name: asString(field(chosen, 'name'), 'tool_choice.function.name') };
}

function readResponseFormat(value: unknown): ResponseFormat | undefined {
  if (value === undefined) return undefined;
  const format = asObject(value, 'response_format');
  switch (field(format, 'type')) {
    case 'text':
      return { type: 'text' };
    case 'json_object':
      return { type: 'json' };
    case 'json_schema': {
      const param = 'response_format.json_schema';
      const described = asObject(field(format, 'json_schema'), param);
      return defined<Extract<ResponseFormat, { type: 'json_schema' }>>({
        type: 'json_schema',
        name: asString(field(described, 'name'), `${param}.name`),
        schema: asObject(field(described, 'schema') ?? {}, `${param}.schema`),
        description: optionalString(described, 'description', `${param}.description`),
        // OpenAI's default is false, ours is true.
        strict: optionalBoolean(described, 'strict', `${param}.strict`) === true ? undefined : false,
      });
    }
    default:
      throw invalidBody('response_format.type', 'must be text, json_object or json_schema');
  }
}

function readStop(stop: unknown): string[] | undefined {
  if (stop === undefined) return undefined;
  if (typeof stop === 'string') return [stop];
  return asArray(stop, 'stop').map((text, index) => asString(text, `stop[${index}]`));
}

/** Labels. @throws `invalid` for one that is no text. */
export function readMetadata(value: unknown): { readonly [key: string]: string } | undefined {
  if (value === undefined) return undefined;
  const entries = Object.entries(asObject(value, 'metadata'));
  return Object.fromEntries(entries.map(([key, text]) => [key, asString(text, `metadata.${key}`)]));
}
