import { invalidOptions, type Call, type Tool, type ToolSchema, type ToolSource } from '@tako/core';

import { untilAborted } from './until-aborted.js';

/**
 * The tools of a run by name: the orchestrator's own, those of its sources (asked in parallel), and the caller's.
 *
 * @throws `invalid` when two share a name: the model could not tell them apart. What a source throws.
 */
export async function collectTools(
  own: readonly Tool[],
  sources: readonly ToolSource[],
  clientTools: readonly ToolSchema[],
  call: Call,
): Promise<ReadonlyMap<string, Tool>> {
  const listed =
    sources.length === 0
      ? []
      : await untilAborted(call.signal, () => Promise.all(sources.map((source) => source.tools(call))));
  const owners = new Map<string, string>();
  const tools = new Map<string, Tool>();
  const add = (tool: Tool, owner: string): void => {
    const other = owners.get(tool.name);
    if (other !== undefined) {
      throw invalidOptions(
        'run',
        `two tools are called "${tool.name}": of ${other}, and of ${owner}; rename one, or prefix its source's`,
      );
    }
    owners.set(tool.name, owner);
    tools.set(tool.name, tool);
  };
  for (const tool of own) add(tool, 'the agent');
  for (const [at, source] of sources.entries()) for (const tool of listed[at] ?? []) add(tool, `"${source.name}"`);
  for (const { name, description, inputSchema, strict } of clientTools) {
    add({ name, description, inputSchema, strict }, 'the request');
  }
  return tools;
}

/** The tools as a request carries them: without what only the loop needs. */
export function toolSchemas(tools: ReadonlyMap<string, Tool>): readonly ToolSchema[] | undefined {
  if (tools.size === 0) return undefined;
  return Array.from(tools.values(), ({ name, description, inputSchema, strict }) => ({
    name,
    description,
    inputSchema,
    strict,
  }));
}
