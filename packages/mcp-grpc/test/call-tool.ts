import { call, isToolOutput, type Call, type Tool, type ToolOutput } from '@tako/core';

/** Calls a tool of a list by its name, as the turn loop does. */
export async function callTool(
  tools: readonly Tool[],
  name: string,
  input: object = {},
  context: Call = call(),
): Promise<ToolOutput> {
  const tool = tools.find((each) => each.name === name);
  if (tool?.execute === undefined) throw new Error(`there is no tool ${name}`);
  const output = await tool.execute(input as never, { call: context, toolCallId: 'call_1' }); // the loop validates it
  if (!isToolOutput(output)) throw new Error('not made by toolOutput');
  return output;
}

/** The text of a tool's output. */
export function textOf(output: ToolOutput): string {
  return output.content.map((part) => (part.type === 'text' ? part.text : `<${part.type}>`)).join('\n');
}
