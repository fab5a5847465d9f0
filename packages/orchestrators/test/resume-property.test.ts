import { tool, unknownCapabilities, type Provider, type Tool } from '@tako/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { SingleAgent } from '../src/index.js';
import { resumeEverywhere, type Outside } from './resume-everywhere.js';
import {
  callTools,
  price,
  say,
  text,
  toolCallEvents,
  finish,
  type Piece,
  type ScriptedCall,
} from './scripted-model.js';

/** Vendors send any ids: counted from zero in each answer, repeated, empty, unlucky. */
const anyId = fc.constantFrom('call_0', 'call_1', 'x', '', 'constructor', '__proto__', 'call_0_1_2');
const anyCall: fc.Arbitrary<ScriptedCall> = fc.tuple(
  anyId,
  fc.constantFrom('now', 'later', 'fails', 'asks', 'edited', 'denied', 'client', 'nobody'),
  fc.constantFrom('{"n":1}', '{"n":2}', '{}', '', '{"n":'),
);
const anyAnswer: fc.Arbitrary<readonly Piece[]> = fc.oneof(
  fc.array(anyCall, { minLength: 1, maxLength: 4 }).map((calls) => callTools(...calls)),
  fc
    .tuple(fc.string({ maxLength: 5 }), fc.array(anyCall, { minLength: 1, maxLength: 2 }))
    .map(([words, calls]) => [text(words), ...toolCallEvents(calls, 1), finish('tool_calls')]),
);
const anyScript = fc
  .tuple(fc.array(anyAnswer, { maxLength: 4 }), fc.constantFrom(say('The end.'), say('Cut.', 'length')))
  .map(([answers, last]) => [...answers, last]);

/** A model that looks at the conversation to know where it is, as real ones do: it can be asked from anywhere. */
function statelessModel(script: readonly (readonly Piece[])[]): Provider {
  return {
    contract: 1,
    id: 'test:stateless',
    capabilities: unknownCapabilities,
    price,
    async *stream({ messages }) {
      const answer = script[messages.filter(({ role }) => role === 'assistant').length] ?? say('No more.');
      for (const piece of answer) if (typeof piece === 'object' && !(piece instanceof Error)) yield piece;
    },
  };
}

function toolsThatNote(executed: string[]): Tool[] {
  const inputSchema = z.object({ n: z.number().optional() });
  const make = (name: string, work: () => unknown): Tool =>
    tool({
      name,
      inputSchema,
      execute: ({ n = 0 }, { toolCallId }) => {
        executed.push(toolCallId);
        return work() ?? `${name} ${n}`;
      },
    });
  const fail = (): never => {
    throw new Error('it failed');
  };
  return [
    make('now', () => undefined),
    make('later', async () => {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      return 'later';
    }),
    make('fails', fail),
    make('asks', () => undefined),
    make('edited', () => undefined),
    make('denied', () => undefined),
    tool({ name: 'client', inputSchema }),
  ];
}

const outside: Outside = {
  decide: () => ({ action: 'allow' }),
  answer: (toolCallId) => ({
    type: 'tool_result',
    toolCallId,
    name: 'client',
    content: [{ type: 'text', text: `the client's ${toolCallId}` }],
  }),
};

test('from every saved state a run comes to the same end, and repeats no finished tool call', async () => {
  let states = 0;
  await fc.assert(
    fc.asyncProperty(anyScript, fc.constantFrom(1, 2, 8), async (script, maxParallelTools) => {
      const makeRun = () => {
        const executed: string[] = [];
        const agent = new SingleAgent({
          provider: statelessModel(script),
          tools: toolsThatNote(executed),
          maxParallelTools,
          approve: ({ name }) => {
            if (name === 'asks') return { action: 'wait' };
            if (name === 'denied') return { action: 'deny', reason: 'no' };
            return name === 'edited' ? { action: 'edit', arguments: '{"n":9}' } : { action: 'allow' };
          },
        });
        return { agent, executed };
      };
      const run = await resumeEverywhere(makeRun, 'go', outside);
      states += run.states;
    }),
    { numRuns: 80 },
  );
  expect(states).toBeGreaterThan(250);
}, 60_000);
