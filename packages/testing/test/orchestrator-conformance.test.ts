import { describe, expect, test } from 'vitest';

import { orchestratorConformance, type OrchestratorUnderTest } from '../src/orchestrator/index.js';
import { agentFaults, type AgentFault } from './orchestrators/agent-faults.js';
import { smallAgent } from './orchestrators/small-agent.js';

function underTest(fault?: AgentFault): OrchestratorUnderTest {
  return { name: fault ?? 'small_agent', make: (parts) => smallAgent(parts, fault) };
}

describe('an agent that keeps its promises passes', () => {
  test.each(orchestratorConformance(underTest()))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

test.each(agentFaults)('an agent with a fault (%s) fails', { timeout: 30_000 }, async (fault) => {
  const failures: string[] = [];
  for (const { name, run } of orchestratorConformance(underTest(fault))) {
    await run().catch(() => failures.push(name));
  }
  expect(failures).not.toEqual([]);
});

test('cases have names of their own', () => {
  const names = orchestratorConformance({ ...underTest(), depth: 1, hasLimits: true }).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
