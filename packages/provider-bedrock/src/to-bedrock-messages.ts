import type {
  ContentBlock,
  DocumentBlock,
  ImageBlock,
  Message as BedrockMessage,
  SystemContentBlock,
  ToolResultContentBlock,
} from '@aws-sdk/client-bedrock-runtime';
import {
  fromBase64,
  type AssistantContent,
  type Message,
  type ReasoningPart,
  type ToolCallPart,
  type ToolResultPart,
  type UserContent,
} from '@tako/core';
import { unsupported } from '@tako/core/provider';

import { audioFormat, documentFormat, DocumentNames, imageFormat } from './media.js';

/** What message conversion needs to know. */
export interface MessageContext {
  /** A provider's id, for errors. */
  readonly source: string;
  /** Whether a failed tool result has a field of its own; otherwise its text begins with `[tool error] `. */
  readonly hasResultStatus: boolean;
}

/** The two places that messages go to. */
export interface BedrockMessages {
  readonly system: SystemContentBlock[];
  readonly messages: BedrockMessage[];
}

/**
 * Writes messages. System texts go to their own field, all of them, in order. Turns alternate, as Converse demands: tool results
 * and what a user says after them share a message. Blank texts are left out, since Converse refuses them; so is reasoning
 * that Bedrock did not sign.
 *
 * @throws `unsupported` for what Converse cannot express: other types of media, images by URL, media of the assistant's.
 */
export function toBedrockMessages(messages: readonly Message[], context: MessageContext): BedrockMessages {
  const system: SystemContentBlock[] = [];
  const written: (BedrockMessage & { content: ContentBlock[] })[] = [];
  const names = new DocumentNames();
  for (const message of messages) {
    if (message.role === 'system') {
      system.push(...message.content.flatMap(({ text }) => (isBlank(text) ? [] : [{ text }])));
      continue;
    }
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content = message.content.flatMap((part) => toBlocks(part, role, context, names));
    if (content.length === 0) continue;
    const last = written.at(-1);
    if (last?.role === role) last.content.push(...content);
    else written.push({ role, content });
  }
  for (const { content } of written) addText(content);
  return { system, messages: written };
}

function toBlocks(
  part: UserContent | AssistantContent | ToolResultPart,
  role: 'user' | 'assistant',
  context: MessageContext,
  names: DocumentNames,
): ContentBlock[] {
  const { source } = context;
  switch (part.type) {
    case 'text':
      return isBlank(part.text) ? [] : [{ text: part.text }];
    case 'reasoning':
      return toReasoning(part);
    case 'tool_call':
      return [{ toolUse: { toolUseId: part.id, name: part.name, input: toInput(part) } }];
    case 'tool_result':
      return [toToolResult(part, context, names)];
    case 'image':
    case 'file':
    case 'audio':
      // Converse takes media of the user's alone.
      if (role === 'assistant') throw unsupported(source, `${part.type} parts in messages of the assistant`);
      if (part.type === 'audio') {
        return [{ audio: { format: audioFormat(part.mimeType, source), source: { bytes: fromBase64(part.data) } } }];
      }
      return [toMedia(part, source, names)];
    case 'image_url':
      throw noUrls(source);
    default:
      part satisfies never;
      return [];
  }
}

type MediaPart = Extract<UserContent, { type: 'image' | 'file' }>;

function toMedia(
  part: MediaPart,
  source: string,
  names: DocumentNames,
): { readonly image: ImageBlock } | { readonly document: DocumentBlock } {
  const bytes = fromBase64(part.data);
  if (part.type === 'image') return { image: { format: imageFormat(part.mimeType, source), source: { bytes } } };
  const format = documentFormat(part.mimeType, source);
  return { document: { format, name: names.next(part.name), source: { bytes } } };
}

/** Reasoning goes back as Bedrock gave it: signed text, or bytes that nobody can read. */
function toReasoning({ text, vendorData }: ReasoningPart): ContentBlock[] {
  const data = vendorData?.vendor === 'bedrock' ? vendorData.data : undefined;
  if (typeof data !== 'object' || data === null) return [];
  if ('redactedContent' in data && typeof data['redactedContent'] === 'string') {
    return [{ reasoningContent: { redactedContent: fromBase64(data['redactedContent']) } }];
  }
  if (!('signature' in data) || typeof data['signature'] !== 'string') return [];
  return [{ reasoningContent: { reasoningText: { text, signature: data['signature'] } } }];
}

/** Converse takes an object; text that is none, as a model wrote it, goes into one so that the model sees its mistake. */
function toInput({ arguments: json }: ToolCallPart): { [key: string]: null } {
  let input: unknown;
  try {
    input = json.trim() === '' ? {} : JSON.parse(json);
  } catch {
    // below
  }
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  return (isObject ? input : { invalid_arguments: json }) as { [key: string]: null }; // JSON, whatever its values are
}

function toToolResult(
  { toolCallId, content, isError = false }: ToolResultPart,
  { source, hasResultStatus }: MessageContext,
  names: DocumentNames,
): ContentBlock {
  const blocks = content.flatMap((part): ToolResultContentBlock[] => {
    if (part.type === 'text') return isBlank(part.text) ? [] : [{ text: part.text }];
    if (part.type === 'image_url') throw noUrls(source);
    if (part.type === 'audio') throw unsupported(source, 'sound in tool results');
    return [toMedia(part, source, names)];
  });
  if (isError && !hasResultStatus) {
    const [first] = blocks;
    const marked = `[tool error] ${first?.text ?? ''}`.trimEnd();
    blocks.splice(0, first?.text === undefined ? 0 : 1, { text: marked });
  }
  if (blocks.length === 0) blocks.push({ text: '(no content)' });
  const status = isError && hasResultStatus ? { status: 'error' as const } : {};
  return { toolResult: { toolUseId: toolCallId, content: blocks, ...status } };
}

/** A message with a document must have a text too. */
function addText(content: ContentBlock[]): void {
  const hasDocument = content.some(({ document }) => document !== undefined);
  if (hasDocument && !content.some(({ text }) => text !== undefined))
    content.push({ text: 'See the attached document.' });
}

function noUrls(source: string): Error {
  return unsupported(source, 'images by URL; pass their bytes, or set urlPrefetch');
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}
