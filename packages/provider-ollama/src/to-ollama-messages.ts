import {
  toBase64,
  type AssistantMessage,
  type ImagePart,
  type ImageUrlPart,
  type Message,
  type ToolMessage,
  type ToolResultPart,
  type UserContent,
} from '@tako/core';
import { unsupported } from '@tako/core/provider';

import type { ImageToFetch, OllamaMessage, OllamaToolCall } from './ollama-request.js';

/** What message conversion needs to know. */
export interface MessageContext {
  /** The provider's id, for errors. */
  readonly source: string;
  /** Whether images by URL are fetched before the request is sent. */
  readonly urlPrefetch: boolean;
  /** Is told of each downgrade. */
  readonly warn: (code: string, message: string) => void;
}

/** Images outside of user messages, and where they belong. */
interface Moved {
  readonly note: string;
  readonly parts: readonly UserContent[];
}

/** Ollama's tool messages cannot say that the tool failed; this in front of the text lets the model see it. */
const toolErrorMark = '[tool error] ';

/**
 * The images that the server decodes. Source: https://github.com/ollama/ollama/blob/main/cmd/internal/filedata/filedata.go
 * (read 2026-11-23).
 */
const imageTypes = new Set(['image/jpeg', 'image/jpg', 'image/png', 'image/webp']);

/**
 * Writes messages, in order. One message with N tool results becomes N tool messages. Images that stand in a tool result or
 * an assistant message follow in a user message, after the tool messages, with a note that names the place.
 *
 * @throws `unsupported` for files, sound, images of other types, and image URLs that nobody fetches.
 */
export function toOllamaMessages(messages: readonly Message[], context: MessageContext): OllamaMessage[] {
  const written: OllamaMessage[] = [];
  let moved: Moved[] = [];
  const flush = (): void => {
    for (const { note, parts } of moved) written.push(toUser([{ type: 'text', text: note }, ...parts], context));
    if (moved.length > 0) context.warn('moved_media', 'images outside of user messages were moved to a user message');
    moved = [];
  };

  for (const message of messages) {
    if (message.role !== 'tool') flush();
    switch (message.role) {
      case 'system':
        written.push({ role: 'system', content: joined(message.content) });
        break;
      case 'user':
        written.push(toUser(message.content, context));
        break;
      case 'assistant':
        written.push(toAssistant(message, moved, context));
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

/** Ollama keeps images beside the text, so that their places in it are lost; their order is kept. */
function toUser(parts: readonly UserContent[], context: MessageContext): OllamaMessage {
  let content = '';
  const images: (string | ImageToFetch)[] = [];
  let isAfterImage = false;
  for (const part of parts) {
    if (part.type === 'text') {
      // What an image parted is not one word.
      if (isAfterImage && content !== '' && !/\s$/.test(content)) content += ' ';
      content += part.text;
    } else images.push(toImage(part, context));
    isAfterImage = part.type !== 'text';
  }
  return { role: 'user', content, images: images.length > 0 ? images : undefined };
}

function toImage(part: Exclude<UserContent, { type: 'text' }>, context: MessageContext): string | ImageToFetch {
  switch (part.type) {
    case 'image':
      return toInlineImage(part, context);
    case 'image_url':
      return toUrlImage(part, context);
    case 'file':
      throw unsupported(context.source, 'files');
    case 'audio':
      throw unsupported(context.source, 'audio');
  }
}

function toInlineImage({ mimeType, data }: ImagePart, { source }: MessageContext): string {
  const type = (mimeType.split(';')[0] ?? '').trim().toLowerCase();
  if (!imageTypes.has(type)) throw unsupported(source, `images of type ${type}; it takes JPEG, PNG and WebP`);
  return toBase64(data);
}

/** A data URL is no address: what it holds travels like any other image. */
function toUrlImage({ url }: ImageUrlPart, context: MessageContext): string | ImageToFetch {
  const mark = url.indexOf(';base64,');
  if (url.startsWith('data:') && mark > 0) {
    const [mimeType, data] = [url.slice('data:'.length, mark), url.slice(mark + ';base64,'.length)];
    return toInlineImage({ type: 'image', mimeType, data }, context);
  }
  if (!context.urlPrefetch) {
    throw unsupported(context.source, 'images by URL; send their bytes, or turn urlPrefetch on');
  }
  return { url };
}

function toAssistant({ content }: AssistantMessage, moved: Moved[], context: MessageContext): OllamaMessage {
  const parts = content.filter((part) => part.type === 'image' || part.type === 'file' || part.type === 'audio');
  if (parts.length > 0) moved.push({ note: 'Content of the assistant message above:', parts });
  const calls = content.filter((part) => part.type === 'tool_call');
  // Signed reasoning is another vendor's state.
  const thinking = joined(
    content.filter((part) => part.type === 'reasoning').filter(({ vendorData }) => vendorData === undefined),
  );
  return {
    role: 'assistant',
    content: joined(content.filter((part) => part.type === 'text')),
    thinking: thinking === '' ? undefined : thinking,
    tool_calls:
      calls.length === 0
        ? undefined
        : calls.map(({ id, name, arguments: json }): OllamaToolCall => {
            return { id, function: { name, arguments: toArguments(json, context) } };
          }),
  };
}

/** Ollama takes an object and nothing else. What the model wrote instead is kept, so that it can see its slip. */
function toArguments(json: string, { warn }: MessageContext): object {
  if (json.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // told below
  }
  warn('downgraded_arguments', 'arguments of a tool call that are no JSON object were put into one');
  return { not_an_object: json };
}

function toToolMessages({ content }: ToolMessage, moved: Moved[]): OllamaMessage[] {
  return content.map((result) => {
    const parts = result.content.filter((part) => part.type !== 'text');
    if (parts.length > 0)
      moved.push({ note: `Content of the result of ${result.name} (${result.toolCallId}):`, parts });
    return {
      role: 'tool',
      content: toolText(result, parts.length),
      tool_name: result.name,
      tool_call_id: result.toolCallId,
    };
  });
}

/** Each text part of a result on lines of its own: MCP servers send separate things in them. */
function toolText({ content, isError }: ToolResultPart, movedCount: number): string {
  const texts = content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  if (movedCount > 0) texts.push(`[${movedCount} more in the next user message]`);
  return (isError === true ? toolErrorMark : '') + texts.join('\n');
}

function joined(parts: readonly { readonly text: string }[]): string {
  return parts.map(({ text }) => text).join('');
}
