import type { FinishReason, Usage } from '@tako/core';
import type {
  VendorWire,
  WireAnswer,
  WireFrame,
  WireImage,
  WireMessage,
  WirePart,
  WireRequest,
  WireRequestView,
} from '@tako/testing';

import { event, exception } from './event-stream.js';

/**
 * The wire of Converse and ConverseStream.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and
 * …/API_runtime_ConverseStream.html (read 2026-11-23).
 */
export function bedrockWire(): VendorWire {
  return {
    vendor: 'bedrock',
    framing: 'binary',
    streamContentType: 'application/vnd.amazon.eventstream',
    requestIdHeader: 'x-amzn-requestid',
    stream: framesOf,
    json: (answer) => JSON.stringify(wholeOf(answer)),
    unknownFrame: () => event('telemetrySample', { load: 0.25 }),
    errorBody: (_, message) => JSON.stringify({ message }),
    errorFrame: (message) => exception('modelStreamErrorException', { message, originalStatusCode: 500 }),
    readRequest: viewOf,
  };
}

// The answer.

function framesOf(answer: WireAnswer): WireFrame[] {
  const { parts, usage, finishReason, interleaved = false } = answer;
  const blocks = parts.map(blockFrames);
  const isCall = (at: number): boolean => parts[at]?.type === 'tool_call';
  const ordered = interleaved
    ? [...blocks.filter((_, at) => !isCall(at)).flat(), ...inTurn(blocks.filter((_, at) => isCall(at)))]
    : blocks.flat();
  return [
    event('messageStart', { role: 'assistant' }),
    ...ordered,
    event('messageStop', { stopReason: stopReasonOf(finishReason) }),
    ...(usage === undefined ? [] : [event('metadata', { usage: usageOf(usage), metrics: { latencyMs: 7 } })]),
  ];
}

/** Only blocks of tools have a start. */
function blockFrames(part: WirePart, contentBlockIndex: number): Uint8Array[] {
  const delta = (told: object): Uint8Array => event('contentBlockDelta', { contentBlockIndex, delta: told });
  const stop = event('contentBlockStop', { contentBlockIndex });
  switch (part.type) {
    case 'text':
      return [...part.deltas.map((text) => delta({ text })), stop];
    case 'reasoning': {
      const { signature } = part;
      const seal = signature === undefined ? [] : [delta({ reasoningContent: { signature } })];
      return [...part.deltas.map((text) => delta({ reasoningContent: { text } })), ...seal, stop];
    }
    case 'tool_call': {
      const start = { toolUse: { toolUseId: part.id, name: part.name } };
      return [
        event('contentBlockStart', { contentBlockIndex, start }),
        ...part.deltas.map((input) => delta({ toolUse: { input } })),
        stop,
      ];
    }
  }
}

function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

function wholeOf({ parts, finishReason, usage }: WireAnswer): object {
  return {
    output: { message: { role: 'assistant', content: parts.map(blockOf) } },
    stopReason: stopReasonOf(finishReason),
    ...(usage === undefined ? {} : { usage: usageOf(usage) }),
    metrics: { latencyMs: 7 },
  };
}

function blockOf(part: WirePart): object {
  const text = part.deltas.join('');
  if (part.type === 'text') return { text };
  if (part.type === 'tool_call') {
    return { toolUse: { toolUseId: part.id, name: part.name, input: JSON.parse(text === '' ? '{}' : text) } };
  }
  const { signature } = part;
  return { reasoningContent: { reasoningText: { text, ...(signature === undefined ? {} : { signature }) } } };
}

function stopReasonOf(reason: FinishReason): string {
  const words: { readonly [Reason in FinishReason]: string } = {
    stop: 'end_turn',
    length: 'max_tokens',
    tool_calls: 'tool_use',
    content_filter: 'content_filtered',
    error: 'malformed_model_output',
    other: 'moon_phase',
  };
  return words[reason];
}

/** Input from and to the cache stands beside `inputTokens`. */
function usageOf({ inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens }: Usage): object {
  return {
    inputTokens: inputTokens - (cachedInputTokens ?? 0) - (cacheWriteTokens ?? 0),
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    ...(cachedInputTokens === undefined ? {} : { cacheReadInputTokens: cachedInputTokens }),
    ...(cacheWriteTokens === undefined ? {} : { cacheWriteInputTokens: cacheWriteTokens }),
  };
}

// The request.

type Fields = { readonly [name: string]: unknown };

const converseFields = new Set(
  (
    'messages system inferenceConfig toolConfig guardrailConfig additionalModelRequestFields promptVariables ' +
    'additionalModelResponseFieldPaths requestMetadata performanceConfig serviceTier outputConfig'
  ).split(' '),
);

function viewOf({ method, url, headers, body }: WireRequest): WireRequestView {
  demand(method === 'POST', `POST, got ${method}`);
  const [, model = '', operation = ''] = /^\/model\/([^/?]+)\/(converse(?:-stream)?)$/.exec(url) ?? [];
  demand(model !== '', `the path of Converse, got ${url}`);
  demand(headers['content-type'] === 'application/json', 'the content type application/json');
  const fields = fieldsOf(JSON.parse(body));
  for (const name of Object.keys(fields)) demand(converseFields.has(name), `no field ${name}`);
  const messages = listOf(fields['messages']).map((message) => messageOf(fieldsOf(message)));
  demandTurns(messages, fields['toolConfig'] !== undefined);
  const inference = optional(fields['inferenceConfig'], fieldsOf) ?? {};
  const toolConfig = optional(fields['toolConfig'], fieldsOf);
  const system = optional(fields['system'], listOf)?.map((block) => filledText(fieldsOf(block)['text'])) ?? [];
  return {
    model: decodeURIComponent(model),
    stream: operation === 'converse-stream',
    messages: [
      ...system.map((text): WireMessage => ({
        role: 'system',
        texts: [text],
        images: [],
        toolCalls: [],
        toolResults: [],
      })),
      ...messages,
    ],
    tools: toolConfig === undefined ? [] : toolsOf(toolConfig),
    signatures: signaturesIn(fields['messages']),
    ...present(
      'toolChoice',
      optional(toolConfig?.['toolChoice'], (choice) => toolChoiceOf(fieldsOf(choice))),
    ),
    ...present('maxOutputTokens', optional(inference['maxTokens'], numberOf)),
    ...present('temperature', optional(inference['temperature'], numberOf)),
    ...present('topP', optional(inference['topP'], numberOf)),
    ...present(
      'stop',
      optional(inference['stopSequences'], (stop) => listOf(stop).map(filledText)),
    ),
    ...present(
      'responseFormat',
      optional(fields['outputConfig'], (config) => formatOf(fieldsOf(config))),
    ),
    ...present('apiKey', /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1]),
  };
}

function messageOf(message: Fields): WireMessage {
  const { role } = message;
  demand(role === 'user' || role === 'assistant', `a role that it knows, got ${String(role)}`);
  const blocks = listOf(message['content']).map(fieldsOf);
  demand(blocks.length > 0, 'content in each message');
  for (const block of blocks)
    demand(Object.keys(block).length === 1, `one member in a block, got ${JSON.stringify(block)}`);
  const toolResults = blocks.flatMap((block) =>
    block['toolResult'] === undefined ? [] : [resultOf(fieldsOf(block['toolResult']))],
  );
  return {
    role: toolResults.length > 0 && toolResults.length === blocks.length ? 'tool' : role,
    texts: blocks.flatMap(({ text }) => (text === undefined ? [] : [filledText(text)])),
    images: blocks.flatMap(({ image }) => (image === undefined ? [] : [imageOf(fieldsOf(image))])),
    toolCalls: blocks.flatMap(({ toolUse }) => (toolUse === undefined ? [] : [callOf(fieldsOf(toolUse))])),
    toolResults,
  };
}

/** Users and assistants take turns, a user begins, and each call is answered in the turn after it. */
function demandTurns(messages: readonly WireMessage[], hasTools: boolean): void {
  demand(messages.length > 0, 'messages');
  let open: readonly string[] = [];
  messages.forEach(({ role, toolCalls, toolResults }, at) => {
    demand((role === 'assistant') === (at % 2 === 1), 'turns that alternate and begin with the user');
    const answered = toolResults.map(({ toolCallId = '' }) => toolCallId);
    demand(answered.toSorted().join() === open.toSorted().join(), `results for ${open.join()}, got ${answered.join()}`);
    open = toolCalls.map(({ id = '' }) => id);
    demand(hasTools || toolCalls.length === 0, 'toolConfig where there are tool calls');
  });
}

function imageOf({ format, source }: Fields): WireImage {
  demand(['png', 'jpeg', 'gif', 'webp'].includes(textOf(format)), `a format that it knows, got ${String(format)}`);
  return { mimeType: `image/${textOf(format)}`, base64: textOf(fieldsOf(source)['bytes']) };
}

function callOf({ toolUseId, name, input }: Fields): WireMessage['toolCalls'][number] {
  return { id: textOf(toolUseId), name: textOf(name), arguments: JSON.stringify(fieldsOf(input)) };
}

function resultOf({ toolUseId, content, status }: Fields): WireMessage['toolResults'][number] {
  demand(status === undefined || status === 'success' || status === 'error', 'a status that it knows');
  const texts = listOf(content)
    .map(fieldsOf)
    .flatMap(({ text }) => (text === undefined ? [] : [filledText(text)]));
  return {
    toolCallId: textOf(toolUseId),
    text: texts.join(''),
    ...present('isError', status === 'error' ? true : undefined),
  };
}

function toolsOf({ tools }: Fields): WireRequestView['tools'] {
  const list = listOf(tools).map(fieldsOf);
  demand(list.length > 0, 'tools in toolConfig');
  return list
    .filter(({ toolSpec }) => toolSpec !== undefined)
    .map(({ toolSpec }) => {
      const { name, description, inputSchema } = fieldsOf(toolSpec);
      return {
        name: textOf(name),
        ...present('description', optional(description, filledText)),
        inputSchema: fieldsOf(fieldsOf(inputSchema)['json']),
      };
    });
}

function toolChoiceOf({ auto, any, tool }: Fields): NonNullable<WireRequestView['toolChoice']> {
  if (auto !== undefined) return 'auto';
  if (any !== undefined) return 'required';
  return { name: textOf(fieldsOf(tool)['name']) };
}

function formatOf({ textFormat }: Fields): NonNullable<WireRequestView['responseFormat']> | undefined {
  if (textFormat === undefined) return undefined;
  const { type, structure } = fieldsOf(textFormat);
  demand(type === 'json_schema', 'a text format that it knows');
  return { schema: JSON.parse(textOf(fieldsOf(fieldsOf(structure)['jsonSchema'])['schema'])) };
}

function signaturesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) =>
    name === 'signature' ? [textOf(field)] : signaturesIn(field),
  );
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

/** A field that is absent where there is no value. */
function present<Name extends string, T>(name: Name, value: T | undefined): { readonly [Key in Name]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]: T }); // the one key it is made of
}

function fieldsOf(value: unknown): Fields {
  demand(
    typeof value === 'object' && value !== null && !Array.isArray(value),
    `an object, got ${JSON.stringify(value)}`,
  );
  return value as Fields; // neither null nor array
}

function listOf(value: unknown): readonly unknown[] {
  demand(Array.isArray(value), `an array, got ${JSON.stringify(value)}`);
  return value;
}

function textOf(value: unknown): string {
  demand(typeof value === 'string', `a string, got ${JSON.stringify(value)}`);
  return value;
}

/** Bedrock refuses blank texts. */
function filledText(value: unknown): string {
  demand(textOf(value) !== '', 'a text that is not empty');
  return textOf(value);
}

function numberOf(value: unknown): number {
  demand(typeof value === 'number', `a number, got ${JSON.stringify(value)}`);
  return value;
}

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`Bedrock expects ${what}`);
}
