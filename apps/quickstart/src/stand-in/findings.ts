import { textOf, type ChatRequest, type JsonObject } from '@tako/core';

/** A tool call that was made, and what came of it. */
export interface Finding {
  readonly name: string;
  readonly arguments: JsonObject;
  /** All text of the result; other parts are only named. */
  readonly text: string;
  readonly isError: boolean;
  /** Whether the run's size limit cut the text; the last line may be incomplete then and is left out. */
  readonly isCut: boolean;
}

/** The question, and all that was found out since it was asked. */
export interface Conversation {
  readonly prompt: string;
  readonly findings: readonly Finding[];
  /** Absolute folders that the instructions name: what stands below one is shown without it. */
  readonly roots: readonly string[];
}

/** Reads a request: its last user message is the question. */
export function readConversation({ messages }: ChatRequest): Conversation {
  const asked = messages.findLastIndex(({ role }) => role === 'user');
  const question = messages[asked];
  const instructions = messages.filter(({ role }) => role === 'system').map((message) => textOf(message));
  const calls = new Map<string, string>();
  const findings: Finding[] = [];
  for (const message of messages.slice(asked + 1)) {
    for (const part of message.content) {
      if (part.type === 'tool_call') calls.set(part.id, part.arguments);
      if (part.type !== 'tool_result') continue;
      const { name, content, isError = false } = part;
      const text = content.map((piece) => (piece.type === 'text' ? piece.text : `(${piece.type})`)).join('\n');
      const whole = text.replace(/\n[^\n]*\n\[truncated: [^\n]*\]$/, '');
      const isCut = whole.length < text.length;
      findings.push({ name, arguments: readObject(calls.get(part.toolCallId)), text: whole, isError, isCut });
    }
  }
  return {
    prompt: question === undefined ? '' : textOf(question),
    findings,
    roots: instructions.flatMap(
      (text) => text.match(/(?<![\p{L}\p{N}])(?:\/|[A-Z]:\\)[^\s"'`<>]+[^\s"'`<>.,;:]/gu) ?? [],
    ),
  };
}

function readObject(json: string | undefined): JsonObject {
  // The stand-in wrote these arguments itself, as an object.
  return JSON.parse(json ?? '{}') as JsonObject;
}
