import { readFileSync } from 'node:fs';

import { invalidOptions } from '@tako/core';
import type { McpGrpc } from '@tako/mcp-grpc';
import type { McpHttp } from '@tako/mcp-http';
import type { McpStdio } from '@tako/mcp-stdio';
import type { McpWebSocket } from '@tako/mcp-websocket';

import type { GatewayConfig, McpServerConfig } from '../config/gateway-config.js';
import type { Credentials } from './credentials.js';

/** A source of tools that must be closed. */
export type McpServer = McpGrpc | McpHttp | McpStdio | McpWebSocket;

/**
 * The MCP servers of a config by name. They connect when first needed; only the transports that are named are loaded.
 *
 * @throws `invalid` for options that cannot work, and where a file of certificates cannot be read
 */
export async function buildMcpServers(
  configs: NonNullable<GatewayConfig['mcpServers']>,
  credentials: Credentials,
): Promise<ReadonlyMap<string, McpServer>> {
  const servers = new Map<string, McpServer>();
  for (const [name, config] of Object.entries(configs)) {
    servers.set(name, await buildServer(name, config, credentials));
  }
  return servers;
}

async function buildServer(name: string, config: McpServerConfig, credentials: Credentials): Promise<McpServer> {
  if ('command' in config) {
    const { env = {}, ...options } = config;
    const variables = Object.entries(env).map(([key, text]) => [key, credentials.of(text)] as const);
    const { McpStdio } = await import('@tako/mcp-stdio');
    return new McpStdio({ name, ...options, env: Object.fromEntries(variables) });
  }
  const { bearer, ...others } = config;
  const authorization = async (): Promise<string> =>
    `Bearer ${await credentials.read(bearer ?? '', `mcpServers.${name}.bearer`)}`;
  const headers = bearer === undefined ? undefined : { authorization };
  if ('url' in others) {
    const { McpHttp } = await import('@tako/mcp-http');
    return new McpHttp({ name, ...others, headers });
  }
  const { caFile, ...options } = others;
  const ca = caFile === undefined ? undefined : readCertificates(caFile);
  if ('webSocket' in options) {
    const { McpWebSocket } = await import('@tako/mcp-websocket');
    return new McpWebSocket({ name, ...options, url: options.webSocket, headers, ca });
  }
  const { McpGrpc } = await import('@tako/mcp-grpc');
  return new McpGrpc({ name, ...options, url: options.grpc, metadata: headers, ca });
}

function readCertificates(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw invalidOptions('buildMcpServers', `the caFile ${file} cannot be read`);
  }
}
