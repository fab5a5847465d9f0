import { call, isToolOutput, type Call, type Tool, type ToolOutput } from '@tako/core';

/**
 * Runs a tool of a list by its name, as the turn loop does, but for the check of its arguments.
 *
 * @throws what the tool throws; an `Error` when there is no such tool here, or its output was not made by `toolOutput`.
 */
export async function runTool(
  tools: readonly Tool[],
  name: string,
  input: object = {},
  context: Call = call(),
): Promise<ToolOutput> {
  const execute = tools.find((tool) => tool.name === name)?.execute;
  if (execute === undefined) {
    throw new Error(`there is no tool ${name} that runs here, among ${tools.map((tool) => tool.name).join(', ')}`);
  }
  const output = await execute(input as never, { call: context, toolCallId: 'call_1' }); // the loop would validate it
  if (!isToolOutput(output)) throw new Error(`the output of ${name} was not made by toolOutput`);
  return output;
}

/** The text of a tool's output; other parts stand as `<image>` and the like, each on a line of its own. */
export function outputText(output: ToolOutput): string {
  return output.content.map((part) => (part.type === 'text' ? part.text : `<${part.type}>`)).join('\n');
}
