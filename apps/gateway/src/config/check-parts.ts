import { isTakoError, type Provider } from '@tako/core';
import { Budget } from '@tako/budget';

import { credentials } from '../build/credentials.js';
import { buildMcpServers } from '../build/mcp-servers.js';
import { buildModels } from '../build/models.js';
import { buildProviders } from '../build/providers.js';
import type { GatewayConfig } from './gateway-config.js';
import type { LocatedProblem } from './to-problems.js';

/**
 * Makes every part of a config for the sake of what it throws: limits that contradict each other, patterns that are none. Nothing
 * is connected, and no secret is read.
 */
export async function checkParts(config: GatewayConfig): Promise<readonly LocatedProblem[]> {
  const problems: LocatedProblem[] = [];
  const attempt = async (at: readonly PropertyKey[], make: () => unknown): Promise<void> => {
    try {
      await make();
    } catch (error) {
      if (!isTakoError(error)) throw error;
      // "AbMcts: parallel must be …" is said of the model that it is about.
      problems.push({ at, message: error.message.replace(/^\w+: /, '') });
    }
  };

  const known = credentials(config.secrets, {});
  const surroundings = {
    credentials: known,
    transport: { send: () => Promise.reject(new Error('nothing is sent while a config is checked')) },
    budget: undefined,
    tracing: undefined,
    onHealth: () => undefined,
  };
  const providers = new Map<string, Provider>();
  for (const [name, { fallback: _, ...provider }] of Object.entries(config.providers)) {
    await attempt(['providers', name], () => {
      for (const [, made] of buildProviders({ [name]: provider }, surroundings)) providers.set(name, made);
    });
  }
  for (const [name, server] of Object.entries(config.mcpServers ?? {})) {
    await attempt(['mcpServers', name], () => buildMcpServers({ [name]: server }, known));
  }
  if (problems.length > 0) return problems;
  const servers = await buildMcpServers(config.mcpServers ?? {}, known);
  for (const name of Object.keys(config.models)) {
    await attempt(['models', name], () => buildModels(config.models, providers, servers, [name]));
  }
  await attempt(['budget'], () => new Budget(config.budget));
  return problems;
}
