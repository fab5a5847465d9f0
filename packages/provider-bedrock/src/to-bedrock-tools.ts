import type { Tool, ToolChoice as BedrockToolChoice, ToolConfiguration } from '@aws-sdk/client-bedrock-runtime';
import type { ChatRequest, Message } from '@tako/core';
import { unsupported } from '@tako/core/provider';

/** Tells of a downgrade. */
export type Warn = (code: string, message: string) => void;

/**
 * Writes tools and the choice among them. Converse has no word for "none", and refuses a history with tool calls beside
 * no tools at all: so the tools stay, or stand-ins for those of the history, and a warning says that the model may call them
 * (`ignored_tool_choice`, `added_tools`).
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html (read 2026-11-23).
 *
 * @throws `unsupported` for a call that must be without tools to call.
 */
export function toToolConfig(request: ChatRequest, source: string, warn: Warn): ToolConfiguration | undefined {
  const { tools = [], toolChoice, messages } = request;
  const calledNames = toolsCalledIn(messages);
  if (tools.length === 0) {
    if (toolChoice === 'required' || typeof toolChoice === 'object')
      throw unsupported(source, 'toolChoice without tools');
    if (calledNames.length === 0) return undefined;
    warn('added_tools', 'Converse demands tools where the history has calls: the model is offered stand-ins');
    return { tools: calledNames.map(standIn) };
  }
  if (toolChoice === 'none') {
    if (calledNames.length === 0) return undefined;
    warn('ignored_tool_choice', 'Converse demands tools where the history has calls: the model may call one');
  }
  const choice = toChoice(toolChoice);
  return { tools: tools.map(toTool), ...(choice === undefined ? {} : { toolChoice: choice }) };
}

function toTool({ name, description, inputSchema, strict }: NonNullable<ChatRequest['tools']>[number]): Tool {
  return {
    toolSpec: {
      name,
      ...(description === undefined || description === '' ? {} : { description }),
      inputSchema: { json: inputSchema as { [key: string]: null } }, // JSON, whatever its values are
      ...(strict === undefined ? {} : { strict }),
    },
  };
}

function toChoice(choice: ChatRequest['toolChoice']): BedrockToolChoice | undefined {
  if (choice === 'required') return { any: {} };
  return typeof choice === 'object' ? { tool: { name: choice.name } } : undefined;
}

function toolsCalledIn(messages: readonly Message[]): string[] {
  const names = new Set<string>();
  for (const { content } of messages) {
    for (const part of content) if (part.type === 'tool_call' || part.type === 'tool_result') names.add(part.name);
  }
  return [...names];
}

function standIn(name: string): Tool {
  return {
    toolSpec: { name, description: 'No longer available: do not call it.', inputSchema: { json: { type: 'object' } } },
  };
}
