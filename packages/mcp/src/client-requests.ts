import type { Client, ClientCapabilities } from '@modelcontextprotocol/client';
import { isTakoError } from '@tako/core';

import type { ResolvedOptions } from './mcp-options.js';

type Answers = Pick<ResolvedOptions, 'name' | 'onElicitation' | 'onSampling' | 'warn'>;

/** What servers are told that they may ask for: exactly what somebody answers. */
export function announced({ onSampling, onElicitation }: Answers): ClientCapabilities {
  return {
    ...(onSampling !== undefined && { sampling: {} }),
    ...(onElicitation !== undefined && { elicitation: { form: {}, url: {} } }),
  };
}

/** Has the user's callbacks answer what servers ask. The SDK answers `ping`, and declines the rest. */
export function answerRequests(client: Client, answers: Answers): void {
  const { name: server, onSampling, onElicitation } = answers;
  if (onSampling !== undefined) {
    client.setRequestHandler('sampling/createMessage', ({ params }, { mcpReq: { signal } }) =>
      answer(answers, 'a model', async () => onSampling(params, { server, signal })),
    );
  }
  if (onElicitation !== undefined) {
    client.setRequestHandler('elicitation/create', ({ params }, { mcpReq: { signal } }) =>
      answer(answers, 'the user', async () => onElicitation(params, { server, signal })),
    );
  }
}

/** The server learns that there is no answer, and nothing of the reason, which is ours. */
async function answer<T>({ name, warn }: Answers, who: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    warn(
      `${name}: ${who} was asked for, and did not answer: ${error instanceof Error ? error.message : String(error)}`,
    );
    // -1 is the protocol's own code for a request that the user rejected.
    const refused = isTakoError(error, 'policy_denied', 'cancelled', 'budget_exhausted');
    throw Object.assign(new Error(refused ? 'The request was rejected' : 'The request could not be answered'), {
      code: refused ? -1 : -32_603,
    });
  }
}
