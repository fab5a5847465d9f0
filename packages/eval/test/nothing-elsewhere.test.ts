import { SingleAgent } from '@tako/orchestrators';
import { say, scriptedProvider, sendsOnlyTo } from '@tako/testing';
import { expect, test } from 'vitest';

import { evaluate, exactMatch } from '../src/index.js';

test('it sends nothing: only its candidates do', async () => {
  await sendsOnlyTo([], async () => {
    const agent = new SingleAgent({ provider: scriptedProvider(() => [say('1')]) });
    const tasks = [{ id: 'one', input: '1', expected: '1' }];
    const report = await evaluate({ tasks, candidates: { agent }, grader: exactMatch() });
    expect(report.candidates).toMatchObject({ agent: { score: { mean: 1 } } });
  });
});
