import { invalidOptions, type Call, type Orchestrator, type Tool, type ToolSource } from '@tako/core';

import { servedAgent, type AgentTool } from './served-agent.js';
import { servedTool, type ServedTool } from './served-tool.js';

/** What `serveMcp` can serve: an orchestrator, a source of tools, or a list of tools and orchestrators under names. */
export type Servable = Orchestrator | ToolSource | readonly (Tool | AgentTool)[];

/** The tools there are, asked for anew each time: those of a source may change. */
export type ToolCatalog = (call: Call) => Promise<ReadonlyMap<string, ServedTool>>;

/** @throws `invalid` for two tools of one name, and for a client tool: nobody here would run it. */
export function toolCatalog(servable: Servable, name: string, description: string | undefined): ToolCatalog {
  if ('stream' in servable) return fixed([servedAgent({ name, description, orchestrator: servable })]);
  if ('tools' in servable) return ofSource(servable);
  return fixed(
    servable.map((entry) => {
      const tool = 'orchestrator' in entry ? servedAgent(entry) : servedTool(entry);
      if (tool === undefined) throw invalidOptions('serveMcp', `the tool "${entry.name}" has nothing to run`);
      return tool;
    }),
  );
}

function fixed(list: readonly ServedTool[]): ToolCatalog {
  const tools = new Map(list.map((tool) => [tool.name, tool]));
  if (tools.size < list.length) throw invalidOptions('serveMcp', 'two tools have the same name');
  return () => Promise.resolve(tools);
}

function ofSource(source: ToolSource): ToolCatalog {
  const known = new WeakMap<Tool, ServedTool>();
  return async (call) => {
    const tools = new Map<string, ServedTool>();
    for (const tool of await source.tools(call)) {
      const served = known.get(tool) ?? servedTool(tool);
      if (served === undefined) continue; // a client tool: nobody here would run it
      known.set(tool, served);
      tools.set(served.name, served);
    }
    return tools;
  };
}
