import { openBench } from './bench/bench.js';
import { within } from './bench/expectation.js';
import { brokenStreamCases } from './cases/broken-streams.js';
import { cancellationCases } from './cases/cancellation.js';
import { chunkingCases } from './cases/chunkings.js';
import { connectionCases } from './cases/connections.js';
import { contractCases } from './cases/contract.js';
import { errorAnswerCases } from './cases/error-answers.js';
import { historyCases } from './cases/history.js';
import { partCases } from './cases/parts.js';
import { requestCases } from './cases/requests.js';
import { secrecyCases } from './cases/secrecy.js';
import { streamingCases } from './cases/streaming.js';
import { timeLimitCases } from './cases/time-limits.js';
import { toolCallCases } from './cases/tool-calls.js';
import { unstreamedCases } from './cases/unstreamed.js';
import { usageCases } from './cases/usage-reports.js';
import type { CaseDefinition, ConformanceCase } from './conformance-case.js';
import type { ProviderUnderTest } from './provider-under-test.js';

/** No case takes as long as this, in milliseconds: one that does has failed. */
const longestCaseMs = 20_000;

const definitions: readonly CaseDefinition[] = [
  ...contractCases,
  ...streamingCases,
  ...chunkingCases,
  ...toolCallCases,
  ...usageCases,
  ...unstreamedCases,
  ...requestCases,
  ...partCases,
  ...historyCases,
  ...errorAnswerCases,
  ...brokenStreamCases,
  ...connectionCases,
  ...cancellationCases,
  ...timeLimitCases,
  ...secrecyCases,
];

/**
 * Every promise of `Provider`, as cases to run: offline, over real sockets on loopback, each with a vendor of its own
 * that is scripted for it.
 *
 * ```ts
 * describe('openai (fetch)', () => {
 *   for (const { name, run } of providerConformance({ name: 'openai (fetch)', wire, make })) test(name, run);
 * });
 * ```
 *
 * Cases are independent of each other and may run at the same time. A case fails by throwing an `Error` whose message
 * says what should have been and what was. Cases that need what `lacks` names are left out.
 */
export function providerConformance(underTest: ProviderUnderTest): readonly ConformanceCase[] {
  const { lacks = {} } = underTest;
  return definitions
    .filter(({ needs = [] }) => needs.every((feature) => lacks[feature] === undefined))
    .filter(({ applies }) => applies?.(underTest) ?? true)
    .map(({ name, run }) => ({ name, run: () => runCase(underTest, run) }));
}

async function runCase(underTest: ProviderUnderTest, run: CaseDefinition['run']): Promise<void> {
  const { bench, clear } = openBench(underTest);
  try {
    await within(longestCaseMs, run(bench), 'the case');
  } finally {
    await clear();
  }
}
