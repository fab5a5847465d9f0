import type { AssistantMessage, ChatRequest, ReasoningPart } from '@tako/core';
import { unsupported } from '@tako/core/provider';
import type { OpenAIAssistantMessage, OpenAIContentPart, OpenAIMessage, OpenAIToolCall } from '@tako/openai-wire';

import { inMistralOrder } from './message-order.js';
import type { MistralAssistantMessage, MistralChunk, MistralMessage } from './mistral-request.js';
import { legalToolCallIds } from './tool-call-ids.js';

/** What message conversion needs to know. */
export interface MessageContext {
  /** The provider's id, for errors. */
  readonly source: string;
  /** Whether the model takes back what it thought. */
  readonly reasons: boolean;
  readonly warn: (code: string, message: string) => void;
}

/**
 * Turns messages as OpenAI takes them into what Mistral takes: ids of tool calls, documents and sound, the model's own
 * reasoning, the order of roles.
 *
 * @param written what `toOpenAI` made of the request's messages
 */
export function toMistralMessages(
  written: readonly OpenAIMessage[],
  { messages }: ChatRequest,
  context: MessageContext,
): MistralMessage[] {
  const legal = legalToolCallIds(messages);
  // Each of them became one message, in the same order.
  const turns = messages.filter((message) => message.role === 'assistant').values();
  const told = written.map((message): MistralMessage => {
    switch (message.role) {
      case 'system':
      case 'developer':
        return { role: 'system', content: textOf(message.content) };
      case 'user':
        return { role: 'user', content: toContent(message.content, context) };
      case 'assistant':
        return toAssistant(message, turns.next().value, context, legal);
      case 'tool':
        return { role: 'tool', tool_call_id: legal(message.tool_call_id), content: textOf(message.content) };
    }
  });
  return inMistralOrder(told, context.warn);
}

function textOf(content: string | readonly { readonly text: string }[]): string {
  return typeof content === 'string' ? content : content.map(({ text }) => text).join('');
}

function toContent(content: string | readonly OpenAIContentPart[], context: MessageContext): string | MistralChunk[] {
  return typeof content === 'string' ? content : content.map((part) => toChunk(part, context));
}

/** Source: https://docs.mistral.ai/openapi.yaml, `DocumentURLChunk` and `AudioChunk` (read 2026-11-23). */
function toChunk(part: OpenAIContentPart, { source }: MessageContext): MistralChunk {
  switch (part.type) {
    case 'text':
      return part;
    case 'image_url':
      if (part.image_url.detail === 'original') throw unsupported(source, 'the image detail "original"');
      return part;
    case 'file':
      return { type: 'document_url', document_url: part.file.file_data, document_name: part.file.filename };
    case 'input_audio':
      return { type: 'input_audio', input_audio: part.input_audio.data };
  }
}

function toAssistant(
  { content, tool_calls: calls }: OpenAIAssistantMessage,
  turn: AssistantMessage | undefined,
  { reasons }: MessageContext,
  legal: (id: string) => string,
): MistralAssistantMessage {
  const thinking = reasons && turn !== undefined ? turn.content.flatMap(toThinking) : [];
  const said: MistralChunk[] = content === null || content === '' ? [] : [{ type: 'text', text: content }];
  return {
    role: 'assistant',
    content: thinking.length === 0 ? content : [...thinking, ...said],
    ...(calls === undefined ? {} : { tool_calls: calls.map((call) => toLegalCall(call, legal)) }),
  };
}

/** A name that Mistral refuses is one that its model, or another one, made up: the result says so already. */
function toLegalCall({ id, type, function: called }: OpenAIToolCall, legal: (id: string) => string): OpenAIToolCall {
  const name = called.name.replace(/[^\w-]/g, '_').slice(0, 64) || '_';
  return { id: legal(id), type, function: { name, arguments: called.arguments } };
}

/** Only what a model of Mistral thought goes back: others refuse it. */
function toThinking(part: AssistantMessage['content'][number]): MistralChunk[] {
  if (part.type !== 'reasoning' || part.vendorData?.vendor !== 'mistral') return [];
  const signature = signatureOf(part);
  const thinking: MistralChunk = { type: 'thinking', thinking: [{ type: 'text', text: part.text }] };
  return [signature === undefined ? thinking : { ...thinking, signature }];
}

function signatureOf({ vendorData }: ReasoningPart): string | undefined {
  const data = vendorData?.data;
  if (typeof data !== 'object' || data === null || !('signature' in data)) return undefined;
  const signature = data['signature'];
  return typeof signature === 'string' ? signature : undefined;
}
