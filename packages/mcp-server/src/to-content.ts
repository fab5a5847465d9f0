import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/server';
import { isToolOutput, toBase64, type BinaryData, type ToolResultContent } from '@tako/core';

/** What a tool returned, as MCP carries it: parts as blocks, a string as text, any other value as JSON. */
export function toContent(value: unknown): CallToolResult {
  if (isToolOutput(value)) return { content: value.content.map(toBlock), ...(value.isError && { isError: true }) };
  return textResult(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

/** A result of text alone. */
function textResult(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] };
}

/** A failure that a model can read. */
export function failure(text: string): CallToolResult {
  return { ...textResult(text), isError: true };
}

function toBlock(part: ToolResultContent): ContentBlock {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
    case 'audio':
      return { type: part.type, mimeType: part.mimeType, data: base64(part.data) };
    case 'image_url':
      return {
        type: 'resource_link',
        uri: part.url,
        name: part.url,
        ...(part.mimeType !== undefined && { mimeType: part.mimeType }),
      };
    case 'file':
      return {
        type: 'resource',
        resource: {
          uri: `attachment:///${encodeURIComponent(part.name ?? 'file')}`,
          mimeType: part.mimeType,
          blob: base64(part.data),
        },
      };
  }
}

function base64(data: BinaryData): string {
  return typeof data === 'string' ? data : toBase64(data);
}

/**
 * Cuts a result that is larger than `maxBytes`: text ends with a mark that says so, other blocks become a note, structured
 * content goes.
 */
export function bounded(result: CallToolResult, maxBytes: number): CallToolResult {
  const whole = Buffer.byteLength(JSON.stringify(result));
  if (whole <= maxBytes) return result;
  let room = maxBytes;
  const content = result.content.map((block): ContentBlock => {
    const size = Buffer.byteLength(JSON.stringify(block));
    if (size <= room) {
      room -= size;
      return block;
    }
    const kept = block.type === 'text' ? Buffer.from(block.text).subarray(0, room).toString('utf8') : '';
    room = 0;
    return {
      type: 'text',
      text: `${kept.replace(/\uFFFD$/u, '')}[cut: the result has ${whole} bytes, the limit is ${maxBytes}]`,
    };
  });
  return { content, ...(result.isError === true && { isError: true }) };
}
