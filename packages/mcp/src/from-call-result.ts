import { TakoError, toolOutput, type ToolOutput } from '@tako/core';

import { fromContent } from './from-content.js';
import { jsonText } from './json-text.js';
import { isRecord } from './server-tool.js';

/**
 * A server's answer to `tools/call` as a tool's output: text, images, sound and resources as parts; `structuredContent`
 * as JSON where there is nothing else; an unknown kind of content as its JSON, so that nothing is lost. A
 * note stands in the place of what is nested too deep.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools#tool-result (read 2026-11-23)
 * @throws `malformed_response` when the answer is no result.
 */
export function fromCallResult(result: unknown, source: string): ToolOutput {
  if (!isRecord(result)) {
    throw new TakoError('malformed_response', `${source}: the server's answer to a tool call is no result`, { source });
  }
  const blocks: readonly unknown[] = Array.isArray(result['content']) ? result['content'] : [];
  const content = blocks.map(fromContent);
  if (content.length === 0) {
    // Revision 2024-10-07 had `toolResult` in place of content.
    const value = result['structuredContent'] ?? result['toolResult'];
    content.push({ type: 'text', text: value === undefined ? '(no output)' : jsonText(value) });
  }
  return toolOutput(content, { isError: result['isError'] === true });
}
