import type { AssistantContent, Message, TextPart, ToolResultPart, UserContent, VendorData } from '@tako/core';

import { parseDataUrl } from '../chat/media.js';
import { toolErrorMark } from '../chat/tool-error-mark.js';
import type { ReadContext } from '../server/from-openai-messages.js';
import { asArray, asObject, asString, field, invalidBody, optionalString, type Unread } from '../server/read-field.js';
import { readImageUrl } from '../server/read-image-url.js';

/**
 * Reads the items of a conversation. What the model said in a row is one message, and so are results in a row. Items of a
 * kind that Tako cannot hold are reported and left out.
 *
 * @param earlier the conversation before: items may answer its tool calls
 * @throws `invalid`, with the place in `details.param`, for an item that OpenAI would refuse.
 */
export function fromOpenAIItems(input: unknown, context: ReadContext, earlier: readonly Message[] = []): Message[] {
  if (typeof input === 'string') return [{ role: 'user', content: textParts(input) }];
  const messages: Message[] = [];
  let spoken: AssistantContent[] = [];
  let results: ToolResultPart[] = [];
  const toolNames = new Map<string, string>();
  for (const { content } of earlier) {
    for (const part of content) if (part.type === 'tool_call') toolNames.set(part.id, part.name);
  }
  const say = (...parts: readonly AssistantContent[]): void => {
    if (messages.at(-1)?.role !== 'assistant') messages.push({ role: 'assistant', content: (spoken = []) });
    spoken.push(...parts);
  };

  for (const [index, value] of asArray(input, 'input').entries()) {
    const param = `input[${index}]`;
    const item = asObject(value, param);
    switch (field(item, 'type') ?? 'message') {
      case 'message': {
        const role = asString(field(item, 'role'), `${param}.role`);
        if (role === 'assistant') say(...readSpoken(item, param, context));
        else messages.push(readMessage(item, role, param, context));
        break;
      }
      case 'reasoning':
        say(...readReasoning(item, context));
        break;
      case 'function_call': {
        const id = asString(field(item, 'call_id'), `${param}.call_id`);
        const name = asString(field(item, 'name'), `${param}.name`);
        toolNames.set(id, name);
        say({ type: 'tool_call', id, name, arguments: asString(field(item, 'arguments'), `${param}.arguments`) });
        break;
      }
      case 'function_call_output':
        if (messages.at(-1)?.role !== 'tool') messages.push({ role: 'tool', content: (results = []) });
        results.push(readResult(item, param, toolNames, context));
        break;
      default:
        context.onIgnored(param);
    }
  }
  return messages;
}

function readMessage(item: Unread, role: string, param: string, context: ReadContext): Message {
  const place = `${param}.content`;
  if (role === 'user') return { role, content: readParts(field(item, 'content'), place, context) };
  if (role !== 'system' && role !== 'developer') {
    throw invalidBody(`${param}.role`, 'must be system, developer, user or assistant');
  }
  return { role: 'system', content: onlyTexts(readParts(field(item, 'content'), place, context), place) };
}

function readSpoken(item: Unread, param: string, { vendor }: ReadContext): TextPart[] {
  const content = field(item, 'content');
  const phase = optionalString(item, 'phase', `${param}.phase`);
  const parts = typeof content === 'string' ? textParts(content) : readOutputTexts(content, `${param}.content`);
  return phase === undefined ? parts : parts.map((part) => ({ ...part, vendorData: { vendor, data: { phase } } }));
}

function readOutputTexts(content: unknown, param: string): TextPart[] {
  return asArray(content, param).flatMap((value, index) => {
    const place = `${param}[${index}]`;
    const part = asObject(value, place);
    return textParts(asString(field(part, 'text') ?? field(part, 'refusal'), `${place}.text`));
  });
}

function readReasoning(item: Unread, { vendor }: ReadContext): AssistantContent[] {
  const { id, encrypted_content: encrypted, summary } = item;
  const texts = Array.isArray(summary)
    ? summary.flatMap((entry: { text?: unknown } | null) => (typeof entry?.text === 'string' ? [entry.text] : []))
    : [];
  const vendorData: VendorData | undefined =
    typeof id === 'string' && typeof encrypted === 'string'
      ? { vendor, data: { id, encrypted_content: encrypted } }
      : undefined;
  if (texts.length === 0 && vendorData === undefined) return [];
  return [{ type: 'reasoning', text: texts.join('\n\n'), ...(vendorData === undefined ? {} : { vendorData }) }];
}

function readResult(
  item: Unread,
  param: string,
  toolNames: ReadonlyMap<string, string>,
  context: ReadContext,
): ToolResultPart {
  const toolCallId = asString(field(item, 'call_id'), `${param}.call_id`);
  const name = toolNames.get(toolCallId);
  if (name === undefined) throw invalidBody(`${param}.call_id`, 'answers no function call of an earlier item');
  const [first, ...rest] = readParts(field(item, 'output'), `${param}.output`, context);
  const result = { type: 'tool_result' as const, toolCallId, name };
  if (first?.type !== 'text' || !first.text.startsWith(toolErrorMark)) {
    return { ...result, content: first === undefined ? [] : [first, ...rest] };
  }
  return { ...result, content: [...textParts(first.text.slice(toolErrorMark.length)), ...rest], isError: true };
}

/** Content is text, or an array of parts. */
function readParts(content: unknown, param: string, context: ReadContext): UserContent[] {
  if (typeof content === 'string') return textParts(content);
  return asArray(content, param).map((value, index) => {
    const place = `${param}[${index}]`;
    return readPart(asObject(value, place), place, context);
  });
}

function readPart(part: Unread, param: string, { vendor }: ReadContext): UserContent {
  switch (field(part, 'type')) {
    case 'input_text':
      return { type: 'text', text: asString(field(part, 'text'), `${param}.text`) };
    case 'input_image': {
      const detail = optionalString(part, 'detail', `${param}.detail`);
      const extra = detail === undefined || detail === 'auto' ? {} : { vendorData: { vendor, data: { detail } } };
      return readImageUrl(field(part, 'image_url'), `${param}.image_url`, extra);
    }
    case 'input_file': {
      const inline = parseDataUrl(optionalString(part, 'file_data', `${param}.file_data`) ?? '');
      if (inline === undefined) throw invalidBody(param, 'must carry file_data as a base64 data URL');
      const name = optionalString(part, 'filename', `${param}.filename`);
      return { type: 'file', ...inline, ...(name === undefined ? {} : { name }) };
    }
    default:
      throw invalidBody(`${param}.type`, 'must be input_text, input_image or input_file');
  }
}

function onlyTexts(parts: readonly UserContent[], param: string): TextPart[] {
  return parts.map((part, index) => {
    if (part.type !== 'text') throw invalidBody(`${param}[${index}].type`, 'must be input_text here');
    return part;
  });
}

function textParts(text: string): TextPart[] {
  return text === '' ? [] : [{ type: 'text', text }];
}
