import { McpHttp } from '@tako/mcp-http';
import { McpStdio } from '@tako/mcp-stdio';

import type { GatewayConfig } from '../config/gateway-config.js';
import type { Credentials } from './credentials.js';

/** A source of tools that must be closed. */
export type McpServer = McpHttp | McpStdio;

/** The MCP servers of a config by name. They connect when first needed. */
export function buildMcpServers(
  configs: NonNullable<GatewayConfig['mcpServers']>,
  credentials: Credentials,
): ReadonlyMap<string, McpServer> {
  return new Map(
    Object.entries(configs).map(([name, config]): [string, McpServer] => {
      if ('url' in config) {
        const { bearer, ...options } = config;
        if (bearer === undefined) return [name, new McpHttp({ name, ...options })];
        const authorization = async (): Promise<string> =>
          `Bearer ${await credentials.read(bearer, `mcpServers.${name}.bearer`)}`;
        return [name, new McpHttp({ name, ...options, headers: { authorization } })];
      }
      const { env = {}, ...options } = config;
      const variables = Object.entries(env).map(([key, text]) => [key, credentials.of(text)] as const);
      return [name, new McpStdio({ name, ...options, env: Object.fromEntries(variables) })];
    }),
  );
}
