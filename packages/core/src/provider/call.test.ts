import { expect, test } from 'vitest';

import { call } from './call.js';
import { anonymous } from './principal.js';

test('what is not known is filled in', () => {
  const filled = call();
  expect(filled).toMatchObject({ principal: anonymous, tracer: undefined, span: undefined });
  expect(filled.signal.aborted).toBe(false);
  expect(filled.runId).not.toBe('');
  expect(call().runId).not.toBe(filled.runId);
  expect(call({ signal: undefined, runId: undefined }).signal).toBeInstanceOf(AbortSignal);
});

test('what is known is kept', () => {
  const known = {
    signal: AbortSignal.abort(),
    principal: { tenantId: 'acme', userId: 'ada', roles: ['admin'] },
    runId: 'run_1',
  };
  expect(call(known)).toMatchObject(known);
});

test('two calls share no signal', () => {
  expect(call().signal).not.toBe(call().signal);
});
