import type { Usage } from '@tako/core';

import { expectEqual, expectThat } from '../bench/expectation.js';
import { builtFrom, finishOf, listenToEnd } from '../bench/listen.js';
import { question, textAnswer, usage } from '../bench/samples.js';
import { streamed } from '../bench/vendor-scripts.js';
import type { CaseDefinition } from '../conformance-case.js';
import type { WireFeature } from '../provider-under-test.js';

/** What an answer used. */
export const usageCases: readonly CaseDefinition[] = [
  reports('input and output', usage),
  reports('input from the cache, as a part of all input', { ...usage, cachedInputTokens: 5 }, 'cachedTokens'),
  reports('input to the cache, as a part of all input', { ...usage, cacheWriteTokens: 4 }, 'cacheWriteTokens'),
  reports('reasoning, as a part of all output', { ...usage, reasoningTokens: 3 }, 'reasoningTokens'),
  {
    name: 'usage: snapshots replace each other, and are not added up',
    needs: ['usageRepeats'],
    async run({ vendor, provider, wire }) {
      const server = await vendor(streamed(wire, { ...textAnswer, usageRepeated: true }));
      const events = await listenToEnd(provider(server), question);
      expectTotals(finishOf(events).usage, usage);
      for (const event of events) {
        if (event.type !== 'usage') continue;
        expectThat(event.usage.inputTokens <= usage.inputTokens, `input of a snapshot: ${event.usage.inputTokens}`);
        expectThat(event.usage.outputTokens <= usage.outputTokens, `output of a snapshot: ${event.usage.outputTokens}`);
      }
    },
  },
  {
    name: 'usage: collected and in finish it is the same',
    async run({ vendor, provider, wire }) {
      const events = await listenToEnd(provider(await vendor(streamed(wire, textAnswer))), question);
      expectEqual(builtFrom(events).usage, finishOf(events).usage, 'the usage of the collected answer');
    },
  },
  {
    name: 'usage: an answer without a report finishes without usage',
    needs: ['usageMissing'],
    async run({ vendor, provider, wire }) {
      const server = await vendor(streamed(wire, { ...textAnswer, usage: undefined }));
      const finish = finishOf(await listenToEnd(provider(server), question));
      expectEqual(finish.usage, undefined, 'finish.usage; a guess or a zero would be booked as a fact');
    },
  },
];

function reports(what: string, reported: Usage, feature?: WireFeature): CaseDefinition {
  return {
    name: `usage: ${what}`,
    needs: feature === undefined ? [] : [feature],
    async run({ vendor, provider, wire }) {
      const server = await vendor(streamed(wire, { ...textAnswer, usage: reported }));
      expectTotals(finishOf(await listenToEnd(provider(server), question)).usage, reported);
    },
  };
}

/** Compares counts. One that the vendor does not tell may be absent, or the zero that it tells. */
function expectTotals(actual: Usage | undefined, expected: Usage): void {
  expectThat(actual !== undefined, 'finish tells the usage');
  const counts = ['inputTokens', 'outputTokens', 'cachedInputTokens', 'cacheWriteTokens', 'reasoningTokens'] as const;
  for (const count of counts) expectEqual(actual[count] ?? 0, expected[count] ?? 0, `usage.${count}`);
  expectThat(actual.estimated !== true, 'usage that the vendor reported is not marked as estimated');
}
