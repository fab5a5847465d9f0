import type { ChatRequest, Message, ResponseFormat, ToolChoice, ToolSchema } from '@tako/core';

import { defined } from '../defined.js';
import {
  cacheHint,
  isReasoningEffort,
  readMetadata,
  restOf,
  type FromOpenAIRequestOptions,
  type OpenAIRequest,
} from '../server/from-openai-request.js';
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
} from '../server/read-field.js';
import { fromOpenAIItems } from './from-openai-items.js';

/** A body that a client of the Responses API sent, read. Usage is always told. */
export type ReadResponsesRequest = Omit<OpenAIRequest, 'includeUsage'>;

/** How a body is read. */
export interface FromOpenAIResponsesRequestOptions extends FromOpenAIRequestOptions {
  /**
   * The conversation that the body goes on with (`previous_response_id`): its messages stand before those of `input`, which
   * may answer its tool calls. @defaultValue none
   */
  readonly earlier?: readonly Message[] | undefined;
}

/** Fields that have a place in a `ChatRequest`, or beside it. */
const fieldsRead = [
  'model',
  'instructions',
  'input',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'temperature',
  'top_p',
  'max_output_tokens',
  'metadata',
  'prompt_cache_key',
  'prompt_cache_retention',
  'stream',
];

/**
 * Reads the body of a request to the Responses API, the server's side of `toOpenAIResponses`. `instructions` are a system
 * message before all others. Fields without a place (`previous_response_id`, `store`, `include` and others) are in `rest`;
 * items and tools of other kinds than functions are named in `ignored`.
 *
 * @param body parsed JSON that nobody has looked at; its size and depth are the caller's to limit
 * @throws `invalid`, with the field in `details.param`, for a body that OpenAI would refuse.
 */
export function fromOpenAIResponsesRequest(
  body: unknown,
  options: FromOpenAIResponsesRequestOptions = {},
): ReadResponsesRequest {
  const { vendor = 'openai', earlier = [] } = options;
  const object = asObject(body, 'body');
  const ignored: string[] = [];
  const onIgnored = (path: string): void => {
    ignored.push(path);
  };
  const text = asObject(field(object, 'text') ?? {}, 'text');
  const reasoning = asObject(field(object, 'reasoning') ?? {}, 'reasoning');
  const effort = field(reasoning, 'effort');
  reportOthers(text, 'text', ['format'], onIgnored);
  reportOthers(reasoning, 'reasoning', isReasoningEffort(effort) ? ['effort'] : [], onIgnored);
  const key = optionalString(object, 'prompt_cache_key', 'prompt_cache_key');
  const retention = field(object, 'prompt_cache_retention');
  const read = new Set(fieldsRead);
  if (retention !== '24h') read.delete('prompt_cache_retention');

  return {
    model: asString(field(object, 'model'), 'model'),
    request: defined<ChatRequest>({
      messages: [
        ...instructionsOf(object),
        ...earlier,
        ...fromOpenAIItems(field(object, 'input') ?? [], { vendor, onIgnored }, earlier),
      ],
      tools: readTools(object, onIgnored),
      toolChoice: readToolChoice(field(object, 'tool_choice'), onIgnored),
      parallelToolCalls: optionalBoolean(object, 'parallel_tool_calls', 'parallel_tool_calls'),
      responseFormat: readFormat(field(text, 'format')),
      temperature: optionalNumber(object, 'temperature', 0, 2),
      topP: optionalNumber(object, 'top_p', 0, 1),
      maxOutputTokens: optionalInteger(object, 'max_output_tokens', 1),
      reasoning: isReasoningEffort(effort) ? { effort } : undefined,
      cache: key === undefined && retention !== '24h' ? undefined : cacheHint(key, retention),
      metadata: readMetadata(field(object, 'metadata')),
    }),
    stream: optionalBoolean(object, 'stream', 'stream') ?? false,
    rest: restOf(object, read),
    ignored,
  };
}

function instructionsOf(object: Unread): Message[] {
  const text = optionalString(object, 'instructions', 'instructions');
  return text === undefined ? [] : [{ role: 'system', content: text === '' ? [] : [{ type: 'text', text }] }];
}

function reportOthers(
  object: Unread,
  param: string,
  known: readonly string[],
  onIgnored: (path: string) => void,
): void {
  for (const name of Object.keys(object)) {
    if (!known.includes(name) && field(object, name) !== undefined) onIgnored(`${param}.${name}`);
  }
}

function readTools(object: Unread, onIgnored: (path: string) => void): ToolSchema[] | undefined {
  const tools = field(object, 'tools');
  if (tools === undefined) return undefined;
  return asArray(tools, 'tools').flatMap((value, index) => {
    const param = `tools[${index}]`;
    const tool = asObject(value, param);
    if (field(tool, 'type') !== 'function') {
      onIgnored(param);
      return [];
    }
    reportOthers(tool, param, ['type', 'name', 'description', 'parameters', 'strict'], onIgnored);
    const noArguments = { type: 'object', properties: {} };
    return [
      defined<ToolSchema>({
        name: asString(field(tool, 'name'), `${param}.name`),
        description: optionalString(tool, 'description', `${param}.description`),
        inputSchema: asObject(field(tool, 'parameters') ?? noArguments, `${param}.parameters`),
        // OpenAI's default is true, ours is not to ask.
        strict: optionalBoolean(tool, 'strict', `${param}.strict`) === false ? undefined : true,
      }),
    ];
  });
}

function readToolChoice(choice: unknown, onIgnored: (path: string) => void): ToolChoice | undefined {
  if (choice === undefined || choice === 'auto' || choice === 'none' || choice === 'required') return choice;
  const object = asObject(choice, 'tool_choice');
  if (field(object, 'type') === 'function') return { name: asString(field(object, 'name'), 'tool_choice.name') };
  onIgnored('tool_choice');
  return undefined;
}

function readFormat(value: unknown): ResponseFormat | undefined {
  if (value === undefined) return undefined;
  const format = asObject(value, 'text.format');
  switch (field(format, 'type')) {
    case 'text':
      return { type: 'text' };
    case 'json_object':
      return { type: 'json' };
    case 'json_schema':
      return defined<Extract<ResponseFormat, { type: 'json_schema' }>>({
        type: 'json_schema',
        name: asString(field(format, 'name'), 'text.format.name'),
        schema: asObject(field(format, 'schema'), 'text.format.schema'),
        description: optionalString(format, 'description', 'text.format.description'),
        strict: optionalBoolean(format, 'strict', 'text.format.strict') === false ? false : undefined,
      });
    default:
      throw invalidBody('text.format.type', 'must be text, json_object or json_schema');
  }
}
