import {
  isToolOutput,
  toBase64,
  type TextPart,
  type ToolCallPart,
  type ToolResultContent,
  type ToolResultPart,
} from '@tako/core';

/**
 * What a tool returned, as the part that the model reads: strings as they are, `toolOutput` in its parts, other values
 * as JSON; text over the limit is cut, and says so.
 *
 * @throws TypeError when the value has no JSON form (a cycle, a bigint).
 */
export function toolResult(call: ToolCallPart, value: unknown, maxCharacters: number): ToolResultPart {
  const content = isToolOutput(value) ? value.content : [text(toText(value))];
  return {
    type: 'tool_result',
    toolCallId: call.id,
    name: call.name,
    content: limited(content, maxCharacters),
    ...(isToolOutput(value) && value.isError ? { isError: true } : {}),
  };
}

/** A failure that the model reads. */
export function toolFailure(call: ToolCallPart, message: string, maxCharacters: number): ToolResultPart {
  const content = limited([text(message)], maxCharacters);
  return { type: 'tool_result', toolCallId: call.id, name: call.name, content, isError: true };
}

function text(value: string): TextPart {
  return { type: 'text', text: value };
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  // JSON.stringify gives undefined for undefined and functions, whatever its type says.
  const json: string | undefined = JSON.stringify(value);
  return json ?? '(no output)';
}

/** Cuts text at the limit over all parts, and makes bytes plain JSON. */
export function limited(content: readonly ToolResultContent[], maxCharacters: number): ToolResultContent[] {
  let left = maxCharacters;
  return content.map((part) => {
    if ('data' in part) return part.data instanceof Uint8Array ? { ...part, data: toBase64(part.data) } : part;
    if (part.type !== 'text') return part;
    const { length } = part.text;
    let shown = Math.min(length, left);
    left -= shown;
    if (shown === length) return part;
    if (/[\uD800-\uDBFF]/.test(part.text.charAt(shown - 1))) shown--; // half a character is none
    return { ...part, text: `${part.text.slice(0, shown)}\n[truncated: ${shown} of ${length} characters shown]` };
  });
}
