import { TakoError } from '@tako/core';
import { say, scriptedProvider, SpanBook } from '@tako/testing';
import { expect, test } from 'vitest';

import { ada, serving } from './serving.js';

const hello = { model: 'tako', messages: [{ role: 'user', content: 'Hello' }] };

test('who calls is found out in the span of the request, which says who it was', async () => {
  const book = new SpanBook();
  const { ask } = await serving({ tako: scriptedProvider(() => [say('Hi')]) }, { tracer: book.tracer });
  expect((await ask('/v1/chat/completions', hello)).status).toBe(200);
  expect(book.tree().slice(0, 2)).toEqual(['server_request POST chat', '  auth authenticate']);
  expect(book.only('server_request').attributes).toMatchObject({ status: 200, tenantId: 'acme', model: 'tako' });
  expect(book.only('auth').attributes).toEqual({
    authenticator: 'authenticate',
    scheme: 'bearer',
    outcome: 'accepted',
  });
  expect(book.open).toEqual([]);
});

test.each([
  ['refused', new TakoError('auth', 'no'), 401],
  ['unavailable', new TakoError('transport', 'down'), 503],
] as const)('a caller who is %s leaves a trace too, and no token', async (outcome, error, status) => {
  const book = new SpanBook();
  const auth = { authenticate: () => Promise.reject(error) };
  const { ask } = await serving({ tako: scriptedProvider([]) }, { tracer: book.tracer, auth });
  const headers = { authorization: 'Bearer tok-secret' };
  expect((await ask('/v1/chat/completions', hello, headers)).status).toBe(status);
  expect(book.only('server_request').attributes).toMatchObject({ status });
  expect(book.only('auth')).toMatchObject({ attributes: { outcome }, error });
  expect(JSON.stringify(book.spans.map(({ attributes }) => attributes))).not.toContain('tok-secret');
  expect(book.open).toEqual([]);
});

test('requests for the list of models are told, those of probes are not', async () => {
  const book = new SpanBook();
  const auth = { authenticate: async () => ada };
  const { ask } = await serving({ tako: scriptedProvider([]) }, { tracer: book.tracer, auth });
  await ask('/v1/models');
  await ask('/healthz');
  expect(book.tree()).toEqual(['server_request GET models', '  auth authenticate']);
});
