import { tool, type Orchestrator, type Provider } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { AbMcts } from '@tako/orchestrators/ab-mcts';
import { Conductor } from '@tako/orchestrators/conductor';
import { SelfCaller } from '@tako/orchestrators/self-caller';
import { Trinity } from '@tako/orchestrators/trinity';
import { lengthBetween } from '@tako/orchestrators/verifiers';
import { callTool, chunks, say, scriptedProvider, usage } from '@tako/testing';

export const answer = 'It rains in Oslo.';

const lookup = tool({ name: 'lookup', execute: () => 'looked up' });

/**
 * A model that plays every part there is: it plans for a conductor, thinks and judges for a team, looks things up where it can,
 * calls the client's tool `weather` where it is offered, and answers. As JSON, where it is asked for that.
 */
function model(): Provider {
  return scriptedProvider(
    ({ messages, tools = [], responseFormat }) => {
      const text = JSON.stringify(messages);
      const has = (name: string): boolean => tools.some((each) => each.name === name);
      const spent = usage({ inputTokens: 7, outputTokens: 5 });
      if (text.includes('thinker of a team')) return [say('Look outside.\nNEXT: worker'), spent];
      if (text.includes('verifier of a team')) return [say('VERDICT: ACCEPT'), spent];
      const isPlan = responseFormat?.type === 'json_schema' && JSON.stringify(responseFormat).includes('steps');
      if (isPlan) return [say('{"reasoning":"r","steps":[{"worker":1,"task":"Answer","reads":[]}]}'), spent];
      if (has('lookup') && !text.includes('looked up')) return [callTool('lookup'), spent];
      if (has('weather') && !text.includes('it is raining'))
        return [say('Let me see.'), callTool('weather', { city: 'Oslo' }), spent];
      if (responseFormat?.type === 'json_schema') return [say(JSON.stringify({ city: 'Oslo', rain: true })), spent];
      return [chunks(answer, 4), spent];
    },
    { keepCalls: false },
  );
}

const agent = (): SingleAgent => new SingleAgent({ provider: model(), tools: [lookup] });

/** Everything that can be served, each by a name. */
export const models: Readonly<Record<string, () => Provider | Orchestrator>> = {
  provider: model,
  'single-agent': agent,
  conductor: () => new Conductor({ coordinator: model(), workers: { luna: agent() } }),
  trinity: () => new Trinity({ agents: { luna: agent(), terra: agent() } }),
  'self-caller': () => new SelfCaller({ inner: agent(), guard: lengthBetween({ minCharacters: 1 }) }),
  // No answer is good enough to end the search: it makes all three.
  'ab-mcts': () => new AbMcts({ provider: agent(), verifier: { verify: () => ({ score: 0.5 }) }, maxIterations: 3 }),
};
