import { call, isToolOutput, type Call, type Tool, type ToolOutput } from '@tako/core';

/** Calls a tool as the turn loop does. */
export async function callTool(
  tool: Tool | undefined,
  input: object = {},
  context: Call = call(),
): Promise<ToolOutput> {
  const output = await tool?.execute?.(input as never, { call: context, toolCallId: 'call_1' }); // the loop validates it
  if (!isToolOutput(output)) throw new Error('there is no such tool, or it gave something else');
  return output;
}
