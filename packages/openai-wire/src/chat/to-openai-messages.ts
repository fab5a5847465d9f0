import {
  toBase64,
  type AssistantMessage,
  type Message,
  type ToolMessage,
  type ToolResultPart,
  type UserContent,
} from '@tako/core';

import { audioFormat, dataUrl, documentName, imageDataUrl } from './media.js';
import type {
  OpenAIAssistantMessage,
  OpenAIContentPart,
  OpenAIImagePart,
  OpenAIMessage,
  OpenAIToolMessage,
} from './openai-chat-request.js';
import { toolErrorMark } from './tool-error-mark.js';

/** What message conversion needs to know. */
export interface MessageContext {
  /** Whose `vendorData` is handed back. */
  readonly vendor: string;
  /** A provider's id, for errors. */
  readonly source: string;
  /** Is told of a downgrade, once for each. */
  readonly onMoved: () => void;
}

/** Something that OpenAI takes in user messages only, and where it belongs. */
interface Moved {
  readonly note: string;
  readonly parts: readonly UserContent[];
}

/**
 * Writes messages, in order. One message with N tool results becomes N tool messages. Images, files and sound that stand in
 * a tool result or an assistant message follow in a user message, after the tool messages, with a note that names the place.
 *
 * Reasoning is left out: chat completions have no field for it.
 *
 * @throws `unsupported` for an image or sound of a type that OpenAI does not take.
 */
export function toOpenAIMessages(messages: readonly Message[], context: MessageContext): OpenAIMessage[] {
  const written: OpenAIMessage[] = [];
  let moved: Moved[] = [];
  const flush = (): void => {
    if (moved.length === 0) return;
    written.push({ role: 'user', content: moved.flatMap((each) => movedParts(each, context)) });
    context.onMoved();
    moved = [];
  };

  for (const message of messages) {
    if (message.role !== 'tool') flush();
    switch (message.role) {
      case 'system':
        written.push({ role: 'system', content: joined(message.content) });
        break;
      case 'user':
        written.push({ role: 'user', content: toContent(message.content, context) });
        break;
      case 'assistant':
        written.push(toAssistant(message, moved));
        break;
      case 'tool':
        written.push(...toToolMessages(message, moved));
        break;
      default:
        message satisfies never;
    }
  }
  flush();
  return written;
}

/** A flat string where there is only text: older servers take nothing else. */
function toContent(parts: readonly UserContent[], context: MessageContext): string | OpenAIContentPart[] {
  if (parts.every((part) => part.type === 'text')) return joined(parts);
  return parts.map((part) => toPart(part, context));
}

function toPart(part: UserContent, { vendor, source }: MessageContext): OpenAIContentPart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      return toImagePart(imageDataUrl(part, source), part, vendor);
    case 'image_url':
      return toImagePart(part.url, part, vendor);
    case 'file':
      return {
        type: 'file',
        file: { file_data: dataUrl(part.mimeType, part.data), filename: part.name ?? documentName(part.mimeType) },
      };
    case 'audio':
      return { type: 'input_audio', input_audio: { data: toBase64(part.data), format: audioFormat(part, source) } };
  }
}

/** An image; its own vendor data may hold OpenAI's `detail`. */
function toImagePart(url: string, { vendorData }: UserContent, vendor: string): OpenAIImagePart {
  const data = vendorData?.vendor === vendor ? vendorData.data : undefined;
  const image: OpenAIImagePart['image_url'] = { url };
  if (typeof data === 'object' && data !== null && 'detail' in data) Object.assign(image, { detail: data['detail'] });
  return { type: 'image_url', image_url: image };
}

function toAssistant({ content }: AssistantMessage, moved: Moved[]): OpenAIAssistantMessage {
  const text = joined(content.filter((part) => part.type === 'text'));
  const calls = content.filter((part) => part.type === 'tool_call');
  const parts = content.filter((part) => part.type === 'image' || part.type === 'file' || part.type === 'audio');
  if (parts.length > 0) moved.push({ note: 'Content of the assistant message above:', parts });
  if (calls.length === 0) return { role: 'assistant', content: text };
  return {
    role: 'assistant',
    content: text === '' ? null : text,
    tool_calls: calls.map(({ id, name, arguments: json }) => ({
      id,
      type: 'function',
      function: { name, arguments: json.trim() === '' ? '{}' : json }, // a call without arguments; '' is no JSON
    })),
  };
}

function toToolMessages({ content }: ToolMessage, moved: Moved[]): OpenAIToolMessage[] {
  return content.map((result) => {
    const parts = result.content.filter((part) => part.type !== 'text');
    if (parts.length > 0)
      moved.push({ note: `Content of the result of ${result.toolCallId} (${result.name}):`, parts });
    return { role: 'tool', tool_call_id: result.toolCallId, content: toolText(result, parts.length) };
  });
}

/** Each text part of a result on lines of its own: MCP servers send separate things in them. */
function toolText({ content, isError }: ToolResultPart, movedCount: number): string {
  const texts = content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  if (movedCount > 0) texts.push(`[${movedCount} more in the next user message]`);
  return (isError === true ? toolErrorMark : '') + texts.join('\n');
}

function movedParts({ note, parts }: Moved, context: MessageContext): OpenAIContentPart[] {
  return [{ type: 'text', text: note }, ...parts.map((part) => toPart(part, context))];
}

function joined(parts: readonly { readonly text: string }[]): string {
  return parts.map((part) => part.text).join('');
}
