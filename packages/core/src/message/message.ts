import type {
  AudioPart,
  FilePart,
  ImagePart,
  ImageUrlPart,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from './content-part.js';

/** What a person may say: text, pictures, files, sound. */
export type UserContent = TextPart | ImagePart | ImageUrlPart | FilePart | AudioPart;

/** What a model may say. Order is kept: it carries meaning for reasoning models. */
export type AssistantContent = TextPart | ReasoningPart | ToolCallPart | ImagePart | FilePart | AudioPart;

/** Standing instructions. Several may occur, anywhere; adapters keep them all. */
export interface SystemMessage {
  readonly role: 'system';
  readonly content: readonly TextPart[];
}

/** A turn of the person or program that asks. */
export interface UserMessage {
  readonly role: 'user';
  readonly content: readonly UserContent[];
}

/** A turn of the model. */
export interface AssistantMessage {
  readonly role: 'assistant';
  readonly content: readonly AssistantContent[];
}

/** Results of tool calls. One message may carry many: adapters split or merge as their vendor needs. */
export interface ToolMessage {
  readonly role: 'tool';
  readonly content: readonly ToolResultPart[];
}

/** One turn of a conversation. */
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

/** A system message: `system('Answer in French.')`. */
export function system(text: string): SystemMessage {
  return { role: 'system', content: [textPart(text)] };
}

/** A user message from text or parts: `user('What is in this picture?', picture)`. */
export function user(...content: readonly (string | UserContent)[]): UserMessage {
  return { role: 'user', content: content.map((part) => (typeof part === 'string' ? textPart(part) : part)) };
}

/** An assistant message from text or parts, for histories and examples. */
export function assistant(...content: readonly (string | AssistantContent)[]): AssistantMessage {
  return {
    role: 'assistant',
    content: content.map((part) => (typeof part === 'string' ? textPart(part) : part)),
  };
}

/** A tool message that carries the given results. */
export function toolResults(...content: readonly ToolResultPart[]): ToolMessage {
  return { role: 'tool', content };
}

/** All text parts of a message joined, reasoning left out. */
export function textOf(message: Message): string {
  let text = '';
  for (const part of message.content) if (part.type === 'text') text += part.text;
  return text;
}

function textPart(text: string): TextPart {
  return { type: 'text', text };
}
