import type {
  AssistantContent,
  AssistantMessage,
  Message,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  UserContent,
} from '@tako/core';

import { parseDataUrl } from '../chat/media.js';
import { toolErrorMark } from '../chat/tool-error-mark.js';
import { asArray, asObject, asString, field, invalidBody, optionalString, type Unread } from './read-field.js';
import { readImageUrl } from './read-image-url.js';

/** What message reading needs to know. */
export interface ReadContext {
  /** Who `vendorData` is written for. */
  readonly vendor: string;
  /** Is told the path of a field that has no place in a message. */
  readonly onIgnored: (path: string) => void;
}

/**
 * Reads messages, in order. Tool messages in a row become one message; their tool's name is that of the call they answer.
 *
 * @throws `invalid`, with the place in `details.param`, for a message that OpenAI would refuse or that Tako cannot hold.
 */
export function fromOpenAIMessages(messages: unknown, context: ReadContext): Message[] {
  const read: Message[] = [];
  let results: ToolResultPart[] = [];
  const toolNames = new Map<string, string>();

  for (const [index, value] of asArray(messages, 'messages').entries()) {
    const param = `messages[${index}]`;
    const message = asObject(value, param);
    const role = asString(field(message, 'role'), `${param}.role`);
    if (role === 'tool') {
      if (read.at(-1)?.role !== 'tool') read.push({ role: 'tool', content: (results = []) });
      results.push(readResult(message, param, toolNames, context));
      continue;
    }
    switch (role) {
      case 'system':
      case 'developer':
        reportOthers(message, ['role', 'content'], param, context);
        read.push({ role: 'system', content: readTexts(message, param, context) });
        break;
      case 'user':
        reportOthers(message, ['role', 'content'], param, context);
        read.push({ role: 'user', content: readContent(message, param, readUserPart, context) });
        break;
      case 'assistant': {
        const assistant = readAssistant(message, param, context);
        for (const part of assistant.content) if (part.type === 'tool_call') toolNames.set(part.id, part.name);
        read.push(assistant);
        break;
      }
      default:
        throw invalidBody(`${param}.role`, 'must be system, developer, user, assistant or tool');
    }
  }
  return read;
}

function readAssistant(message: Unread, param: string, context: ReadContext): AssistantMessage {
  const known = ['role', 'content', 'refusal', 'reasoning_content', 'tool_calls'];
  reportOthers(message, known, param, context);
  const content: AssistantContent[] = [];
  const reasoning = optionalString(message, 'reasoning_content', `${param}.reasoning_content`);
  if (reasoning !== undefined && reasoning !== '') content.push({ type: 'reasoning', text: reasoning });
  if (field(message, 'content') !== undefined) content.push(...readContent(message, param, readSpokenPart, context));
  const refusal = optionalString(message, 'refusal', `${param}.refusal`);
  if (refusal !== undefined) content.push(...textParts(refusal));

  const calls = field(message, 'tool_calls') ?? [];
  for (const [index, call] of asArray(calls, `${param}.tool_calls`).entries()) {
    content.push(readCall(call, `${param}.tool_calls[${index}]`, context));
  }
  return { role: 'assistant', content };
}

function readCall(value: unknown, param: string, context: ReadContext): ToolCallPart {
  const call = asObject(value, param);
  reportOthers(call, ['id', 'type', 'function'], param, context);
  const type = field(call, 'type') ?? 'function';
  if (type !== 'function') throw invalidBody(`${param}.type`, 'must be "function"');
  const called = asObject(field(call, 'function'), `${param}.function`);
  reportOthers(called, ['name', 'arguments'], `${param}.function`, context);
  return {
    type: 'tool_call',
    id: asString(field(call, 'id'), `${param}.id`),
    name: asString(field(called, 'name'), `${param}.function.name`),
    arguments: asString(field(called, 'arguments') ?? '', `${param}.function.arguments`),
  };
}

function readResult(
  message: Unread,
  param: string,
  toolNames: ReadonlyMap<string, string>,
  context: ReadContext,
): ToolResultPart {
  reportOthers(message, ['role', 'content', 'tool_call_id'], param, context);
  const toolCallId = asString(field(message, 'tool_call_id'), `${param}.tool_call_id`);
  const name = toolNames.get(toolCallId);
  if (name === undefined) throw invalidBody(`${param}.tool_call_id`, 'answers no tool call of an earlier message');
  const [first, ...rest] = readTexts(message, param, context);
  if (first?.text.startsWith(toolErrorMark) !== true) {
    return { type: 'tool_result', toolCallId, name, content: first === undefined ? [] : [first, ...rest] };
  }
  const content = [...textParts(first.text.slice(toolErrorMark.length)), ...rest];
  return { type: 'tool_result', toolCallId, name, content, isError: true };
}

function readTexts(message: Unread, param: string, context: ReadContext): TextPart[] {
  return readContent(message, param, readTextPart, context);
}

/** Content is text, or an array of parts that `readPart` knows. */
function readContent<Part>(
  message: Unread,
  param: string,
  readPart: (part: Unread, param: string, context: ReadContext) => Part,
  context: ReadContext,
): (Part | TextPart)[] {
  const content = field(message, 'content');
  if (typeof content === 'string') return textParts(content);
  if (!Array.isArray(content)) throw invalidBody(`${param}.content`, 'must be a string or an array of parts');
  return content.map((part, index) => {
    const place = `${param}.content[${index}]`;
    return readPart(asObject(part, place), place, context);
  });
}

function readTextPart(part: Unread, param: string, context: ReadContext): TextPart {
  reportOthers(part, ['type', 'text'], param, context);
  if (field(part, 'type') !== 'text') throw invalidBody(`${param}.type`, 'must be "text" here');
  return { type: 'text', text: asString(field(part, 'text'), `${param}.text`) };
}

function readSpokenPart(part: Unread, param: string, context: ReadContext): TextPart {
  if (field(part, 'type') !== 'refusal') return readTextPart(part, param, context);
  return { type: 'text', text: asString(field(part, 'refusal'), `${param}.refusal`) };
}

function readUserPart(part: Unread, param: string, context: ReadContext): UserContent {
  const type = field(part, 'type');
  switch (type) {
    case 'text':
      return readTextPart(part, param, context);
    case 'image_url':
    case 'input_audio':
    case 'file': {
      reportOthers(part, ['type', type], param, context);
      const place = `${param}.${type}`;
      const medium = asObject(field(part, type), place);
      if (type === 'image_url') return readImage(medium, place, context);
      return type === 'file' ? readFile(medium, place, context) : readAudio(medium, place, context);
    }
    default:
      throw invalidBody(`${param}.type`, 'must be text, image_url, input_audio or file');
  }
}

function readImage(image: Unread, param: string, context: ReadContext): UserContent {
  reportOthers(image, ['url', 'detail'], param, context);
  const detail = optionalString(image, 'detail', `${param}.detail`);
  const extra = detail === undefined ? {} : { vendorData: { vendor: context.vendor, data: { detail } } };
  return readImageUrl(field(image, 'url'), `${param}.url`, extra);
}

function readAudio(audio: Unread, param: string, context: ReadContext): UserContent {
  reportOthers(audio, ['data', 'format'], param, context);
  const format = field(audio, 'format');
  if (format !== 'wav' && format !== 'mp3') throw invalidBody(`${param}.format`, 'must be wav or mp3');
  const mimeType = format === 'wav' ? 'audio/wav' : 'audio/mpeg';
  return { type: 'audio', mimeType, data: asString(field(audio, 'data'), `${param}.data`) };
}

function readFile(file: Unread, param: string, context: ReadContext): UserContent {
  reportOthers(file, ['file_data', 'filename'], param, context);
  const inline = parseDataUrl(optionalString(file, 'file_data', `${param}.file_data`) ?? '');
  // A file id is known to OpenAI alone.
  if (inline === undefined) throw invalidBody(param, 'must carry file_data as a base64 data URL');
  const name = optionalString(file, 'filename', `${param}.filename`);
  return { type: 'file', ...inline, ...(name === undefined ? {} : { name }) };
}

function reportOthers(object: Unread, known: readonly string[], param: string, { onIgnored }: ReadContext): void {
  for (const name of Object.keys(object)) {
    if (!known.includes(name) && field(object, name) !== undefined) onIgnored(`${param}.${name}`);
  }
}

function textParts(text: string): TextPart[] {
  return text === '' ? [] : [{ type: 'text', text }];
}
