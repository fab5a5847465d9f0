import type { AssistantContent, Message, ToolCallPart, ToolResultPart, UserContent } from '@tako/core';
import { unsupported } from '@tako/core/provider';

import type { AnthropicBlock, AnthropicMedia, AnthropicMessage, AnthropicText } from './anthropic-request.js';
import { toAnthropicMedia } from './media.js';
import { legalToolCallIds } from './tool-call-ids.js';
import { stateOf } from './vendor-state.js';

/** What the writing of turns needs to know. */
export interface MessagesContext {
  /** A provider's id, for errors. */
  readonly source: string;
  /** Is told of each downgrade. */
  readonly warn: (code: string, message: string) => void;
}

interface TurnContext extends MessagesContext {
  readonly idOf: (id: string) => string;
}

/**
 * Writes all turns but the system's, in order. What follows each other with one role is one turn, results of tools are the user's
 * and stand first in theirs: the vendor wants them right behind their calls.
 *
 * Reasoning is handed back where the vendor has signed it, else it is left out. Text without characters is left out.
 *
 * Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls (read 2026-11-23).
 */
export function toAnthropicMessages(messages: readonly Message[], context: MessagesContext): AnthropicMessage[] {
  const turnContext: TurnContext = { ...context, idOf: legalToolCallIds(messages) };
  const turns: { role: AnthropicMessage['role']; content: AnthropicBlock[] }[] = [];
  for (const message of messages) {
    if (message.role === 'system') continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content = contentOf(message, turnContext);
    if (content.length === 0) continue;
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content });
  }
  return turns.map(({ role, content }) => ({ role, content: resultsFirst(content) }));
}

/** Texts without those that the vendor refuses: of no characters, or of white space alone. */
export function toTexts(texts: readonly { readonly text: string }[]): AnthropicText[] {
  return texts.flatMap(({ text }) => (text.trim() === '' ? [] : [{ type: 'text', text }]));
}

function contentOf(message: Exclude<Message, { role: 'system' }>, context: TurnContext): AnthropicBlock[] {
  switch (message.role) {
    case 'user':
      return message.content.flatMap((part) => toSaid(part, context));
    case 'assistant':
      return message.content.flatMap((part) => toThoughtAndSaid(part, context));
    case 'tool':
      return message.content.map((part) => toResult(part, context));
  }
}

function toSaid(part: UserContent, { source }: MessagesContext): (AnthropicText | AnthropicMedia)[] {
  return part.type === 'text' ? toTexts([part]) : [toAnthropicMedia(part, source)];
}

function toThoughtAndSaid(part: AssistantContent, context: TurnContext): AnthropicBlock[] {
  switch (part.type) {
    case 'text':
      return toTexts([part]);
    case 'reasoning': {
      const { signature, redacted } = stateOf(part.vendorData);
      if (redacted !== undefined) return [{ type: 'redacted_thinking', data: redacted }];
      return signature === undefined ? [] : [{ type: 'thinking', thinking: part.text, signature }];
    }
    case 'tool_call':
      return [{ type: 'tool_use', id: context.idOf(part.id), name: part.name, input: inputOf(part, context) }];
    default:
      throw unsupported(context.source, `a part of type ${part.type} in a turn of the model's`);
  }
}

/**
 * The vendor takes objects alone. What is none is told as the text that it was, in the form of
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming (read 2026-11-23).
 */
function inputOf({ arguments: json }: ToolCallPart, { warn }: MessagesContext): { readonly [key: string]: unknown } {
  if (json.trim() === '') return {};
  try {
    const input: unknown = JSON.parse(json);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  } catch {
    // told below
  }
  warn('downgraded_arguments', 'arguments of the history that are no JSON object are sent as the text "INVALID_JSON"');
  return { INVALID_JSON: json };
}

function toResult({ toolCallId, content, isError }: ToolResultPart, context: TurnContext): AnthropicBlock {
  const blocks = content.flatMap((part) => toSaid(part, context));
  return {
    type: 'tool_result',
    tool_use_id: context.idOf(toolCallId),
    content: blocks.length > 0 ? blocks : undefined,
    is_error: isError === true ? true : undefined,
  };
}

function resultsFirst(content: readonly AnthropicBlock[]): AnthropicBlock[] {
  const isResult = ({ type }: AnthropicBlock): boolean => type === 'tool_result';
  return [...content.filter(isResult), ...content.filter((block) => !isResult(block))];
}
