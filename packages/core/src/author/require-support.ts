import type { Capabilities, Support } from '../chat/capabilities.js';
import type { ChatRequest } from '../chat/chat-request.js';
import { TakoError } from '../error/tako-error.js';
import type { ContentPart } from '../message/content-part.js';

/**
 * Refuses, before the network, what the model certainly cannot do.
 *
 * @param source the provider's id, for the error
 * @throws `unsupported` naming the first thing that the model lacks.
 */
export function requireSupport(request: ChatRequest, capabilities: Capabilities, source: string): void {
  for (const [support, what] of needs(request, capabilities)) {
    if (support === 'no') throw unsupported(source, what);
  }
  const effort = request.reasoning?.effort;
  const efforts = capabilities.reasoningEfforts;
  if (effort !== undefined && efforts !== 'unknown' && !efforts.includes(effort)) {
    const known = efforts.length > 0 ? ` (it takes ${efforts.join(', ')})` : '';
    throw unsupported(source, `reasoning effort "${effort}"${known}`);
  }
}

/** The error for a thing that a model or vendor cannot do: say what, and what to do instead where there is something. */
export function unsupported(source: string, what: string): TakoError {
  return new TakoError('unsupported', `${source} does not support ${what}`, { source });
}

type Need = readonly [support: Support, what: string];

function* needs(request: ChatRequest, can: Capabilities): Generator<Need> {
  const hasTools = (request.tools?.length ?? 0) > 0;
  if (hasTools) yield [can.tools, 'tools'];
  if (hasTools && request.parallelToolCalls === true) yield [can.parallelTools, 'parallel tool calls'];
  if (request.toolChoice !== undefined && request.toolChoice !== 'auto') yield [can.toolChoice, 'toolChoice'];
  if (request.responseFormat?.type === 'json_schema') {
    yield [can.structuredOutput, 'an answer bound to a JSON Schema'];
    if (hasTools) yield [can.structuredOutputWithTools, 'an answer bound to a JSON Schema together with tools'];
  }
  for (const message of request.messages) for (const part of message.content) yield* partNeeds(part, can);
}

function* partNeeds(part: ContentPart, can: Capabilities): Generator<Need> {
  if (part.type === 'image') yield [can.vision, 'images'];
  else if (part.type === 'image_url') yield [can.imageUrls, 'images by URL'];
  else if (part.type === 'file') yield [can.files, 'files'];
  else if (part.type === 'audio') yield [can.audio, 'audio'];
  else if (part.type === 'tool_result') for (const inner of part.content) yield* partNeeds(inner, can);
}
