import { fileURLToPath } from 'node:url';

import { McpStdio } from '@tako/mcp-stdio';

/** Tools of the filesystem server that change what is in the folder. */
export const changingTools: ReadonlySet<string> = new Set(['write_file', 'edit_file', 'create_directory', 'move_file']);

/** Neither server has anything to save: a person who stops a run waits no longer than this, in milliseconds. */
const graceMs = 300;

/**
 * The two MCP servers of the quickstart, as processes of their own; they start when a run asks for their tools. Close
 * both when it is over.
 */
export function toolServers(folder: string): readonly McpStdio[] {
  return [
    new McpStdio({
      name: 'filesystem',
      command: process.execPath,
      args: [fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-filesystem/dist/index.js')), folder],
      cwd: folder,
      graceMs,
    }),
    new McpStdio({
      name: 'everything',
      command: process.execPath,
      args: [fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js')), 'stdio'],
      cwd: folder,
      // Its gzip tool fetches any URL that a model names; there is no host by this name (RFC 2606), so it fetches none.
      env: { GZIP_ALLOWED_DOMAINS: 'nothing.invalid' },
      graceMs,
    }),
  ];
}
