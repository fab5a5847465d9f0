import type { AssistantContent, Message, ToolCallPart, ToolResultPart, UserContent } from '@tako/core';

import { toVertexMedia } from './media.js';
import { stateOf } from './vendor-state.js';
import type { VertexContent, VertexFunctionResponse, VertexPart } from './vertex-request.js';

/** What the writing of turns needs to know. */
export interface ContentsContext {
  /** A provider's id, for errors. */
  readonly source: string;
  /** Whether media may stand in the answer of a function: from Gemini 3 on. */
  readonly hasResultMedia: boolean;
  /** Whether a call without a signature is refused: from Gemini 3 on. */
  readonly needsSignatures: boolean;
  /** Is told of each downgrade. */
  readonly warn: (code: string, message: string) => void;
}

/**
 * Stands for the signature of a call that Gemini did not make: without one Gemini 3 refuses the first call of a step. Sources:
 * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/thought-signatures (read 2026-11-23) for the rule;
 * https://ai.google.dev/gemini-api/docs/thought-signatures for the word, as others quote it (read 2026-11-23).
 */
const noSignature = 'skip_thought_signature_validator';

/**
 * Writes all turns but the system's, in order. Results of one turn's calls, in however many messages, become one turn in the
 * order of the calls: Gemini goes by order where it gave no ids.
 *
 * Reasoning is handed back where Gemini has signed it, else it is left out.
 */
export function toVertexContents(messages: readonly Message[], context: ContentsContext): VertexContent[] {
  const contents: VertexContent[] = [];
  const calls: ToolCallPart[] = [];
  let results: ToolResultPart[] = [];
  const flush = (): void => {
    if (results.length > 0) contents.push(...toAnswers(results, calls, context));
    results = [];
  };
  for (const message of messages) {
    if (message.role === 'tool') {
      results.push(...message.content);
      continue;
    }
    if (message.role === 'system') continue;
    flush();
    if (message.role === 'assistant') calls.push(...message.content.filter((part) => part.type === 'tool_call'));
    const parts =
      message.role === 'user'
        ? message.content.flatMap((part) => toSaid(part, context))
        : toThoughtAndSaid(message.content, context);
    if (parts.length > 0) contents.push({ role: message.role === 'user' ? 'user' : 'model', parts });
  }
  flush();
  return contents;
}

/** Gemini refuses text without characters. */
function toSaid(part: UserContent, { source }: ContentsContext): VertexPart[] {
  if (part.type !== 'text') return [toVertexMedia(part, source)];
  return part.text === '' ? [] : [{ text: part.text }];
}

function toThoughtAndSaid(content: readonly AssistantContent[], context: ContentsContext): VertexPart[] {
  let isFirstCall = true;
  return content.flatMap((part): VertexPart[] => {
    const { thoughtSignature, id } = stateOf(part.vendorData);
    switch (part.type) {
      case 'text':
        return part.text === '' && thoughtSignature === undefined ? [] : [{ text: part.text, thoughtSignature }];
      case 'reasoning':
        return thoughtSignature === undefined ? [] : [{ text: part.text, thought: true, thoughtSignature }];
      case 'tool_call': {
        const isUnsigned = isFirstCall && context.needsSignatures && thoughtSignature === undefined;
        isFirstCall = false;
        if (isUnsigned) context.warn('unsigned_tool_call', 'a tool call of the history was not signed by Gemini');
        const functionCall = { id, name: part.name, args: argumentsOf(part, context) };
        return [{ functionCall, thoughtSignature: isUnsigned ? noSignature : thoughtSignature }];
      }
      default:
        return [{ ...toVertexMedia(part, context.source), thoughtSignature }];
    }
  });
}

/** Gemini takes objects alone. What is none is told as the text that it was. */
function argumentsOf(
  { arguments: json }: ToolCallPart,
  { warn }: ContentsContext,
): NonNullable<VertexPart['functionCall']>['args'] {
  if (json.trim() === '') return {};
  try {
    const args: unknown = JSON.parse(json);
    if (typeof args === 'object' && args !== null && !Array.isArray(args)) return { ...args };
  } catch {
    // told below
  }
  warn(
    'downgraded_arguments',
    'arguments of the history that are no JSON object are sent as the text "invalid_arguments"',
  );
  return { invalid_arguments: json };
}

function toAnswers(
  results: readonly ToolResultPart[],
  calls: readonly ToolCallPart[],
  context: ContentsContext,
): VertexContent[] {
  // The last one: ids of other vendors may begin anew with each turn.
  const placeOf = ({ toolCallId }: ToolResultPart): number => calls.findLastIndex(({ id }) => id === toolCallId);
  const inOrder = results.toSorted((left, right) => placeOf(left) - placeOf(right));
  const moved: VertexPart[] = [];
  const parts = inOrder.map((result) => ({
    functionResponse: toAnswer(result, calls[placeOf(result)], moved, context),
  }));
  const answers: VertexContent = { role: 'user', parts };
  if (moved.length === 0) return [answers];
  context.warn('moved_media', 'media in tool results was moved to a user turn that follows');
  return [answers, { role: 'user', parts: moved }];
}

function toAnswer(
  { name, content, isError, toolCallId }: ToolResultPart,
  call: ToolCallPart | undefined,
  moved: VertexPart[],
  { source, hasResultMedia }: ContentsContext,
): VertexFunctionResponse {
  const texts: string[] = [];
  const media: VertexPart[] = [];
  for (const part of content) {
    if (part.type === 'text') texts.push(part.text);
    else media.push(toVertexMedia(part, source));
  }
  if (!hasResultMedia && media.length > 0) {
    texts.push(`[${media.length} more in the next user turn]`);
    moved.push({ text: `Content of the result of ${toolCallId} (${name}):` }, ...media);
  }
  return {
    id: stateOf(call?.vendorData).id,
    name: call?.name ?? name,
    // Each text on lines of its own: MCP servers send separate things in them.
    response: { [isError === true ? 'error' : 'output']: texts.join('\n') },
    parts: hasResultMedia && media.length > 0 ? media : undefined,
  };
}
