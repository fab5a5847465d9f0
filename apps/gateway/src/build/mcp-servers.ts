import { readFileSync } from 'node:fs';

import { invalidOptions } from '@tako/core';
import { McpGrpc } from '@tako/mcp-grpc';
import { McpHttp } from '@tako/mcp-http';
import { McpStdio } from '@tako/mcp-stdio';
import { McpWebSocket } from '@tako/mcp-websocket';

import type { GatewayConfig, McpServerConfig } from '../config/gateway-config.js';
import type { Credentials } from './credentials.js';

/** A source of tools that must be closed. */
export type McpServer = McpGrpc | McpHttp | McpStdio | McpWebSocket;

/**
 * The MCP servers of a config by name. They connect when first needed.
 *
 * @throws `invalid` for options that cannot work, and where a file of certificates cannot be read
 */
export function buildMcpServers(
  configs: NonNullable<GatewayConfig['mcpServers']>,
  credentials: Credentials,
): ReadonlyMap<string, McpServer> {
  return new Map(Object.entries(configs).map(([name, config]) => [name, buildServer(name, config, credentials)]));
}

function buildServer(name: string, config: McpServerConfig, credentials: Credentials): McpServer {
  if ('command' in config) {
    const { env = {}, ...options } = config;
    const variables = Object.entries(env).map(([key, text]) => [key, credentials.of(text)] as const);
    return new McpStdio({ name, ...options, env: Object.fromEntries(variables) });
  }
  const { bearer, ...others } = config;
  const authorization = async (): Promise<string> =>
    `Bearer ${await credentials.read(bearer ?? '', `mcpServers.${name}.bearer`)}`;
  const headers = bearer === undefined ? undefined : { authorization };
  if ('url' in others) return new McpHttp({ name, ...others, headers });
  const { caFile, ...options } = others;
  const ca = caFile === undefined ? undefined : readCertificates(caFile);
  if ('webSocket' in options) return new McpWebSocket({ name, ...options, url: options.webSocket, headers, ca });
  return new McpGrpc({ name, ...options, url: options.grpc, metadata: headers, ca });
}

function readCertificates(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw invalidOptions('buildMcpServers', `the caFile ${file} cannot be read`);
  }
}
