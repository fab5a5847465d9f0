import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { call, user, type Provider, type RouteRequest } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { filtered } from '@tako/orchestrators/routers';
import { say, scriptedProvider } from '@tako/testing';
import { expect, test } from 'vitest';

import { onnxRouter, promptFeatures } from '../src/index.js';
import { tinyClassifier } from './tiny-onnx.js';

const pool = ['coder:1', 'mathematician:1', 'talker:1'];
const candidates = pool.map((id) => scriptedProvider([], { id }));

/** A row that weighs one feature, and one for where nothing else speaks. */
const row = (weights: { readonly [feature: number]: number }): number[] =>
  Array.from({ length: 16 }, (_, at) => weights[at] ?? 0);
const weights = [row({ 8: 4 }), row({ 9: 4 }), row({ 15: 1 })];
const model = tinyClassifier({ weights });

const ask = (text: string, among: readonly Provider[] = candidates): RouteRequest => ({
  request: { messages: [user(text)] },
  step: 0,
  candidates: among,
});

test('a real model chooses, and says how sure it is', async () => {
  await using router = onnxRouter({ model, pool });
  expect(await router.route(ask('Write some code.'), call())).toMatchObject({
    providerId: 'coder:1',
    confidence: expect.closeTo(Math.exp(4) / (Math.exp(4) + Math.E + 1), 5),
    features: promptFeatures('Write some code.'),
  });
  expect(await router.route(ask('Solve it.'), call())).toMatchObject({ providerId: 'mathematician:1' });
  expect(await router.route(ask('Hello!'), call())).toMatchObject({ providerId: 'talker:1' });
});

test('it chooses among those that are offered, in any order', async () => {
  await using router = onnxRouter({ model, pool });
  const [coder, mathematician, talker] = candidates;
  if (coder === undefined || mathematician === undefined || talker === undefined) throw new Error('no pool');
  expect(await router.route(ask('code', [talker, mathematician]), call())).toMatchObject({ providerId: 'talker:1' });
  expect(await router.route(ask('code', [mathematician]), call())).toMatchObject({ confidence: 1 });
  const healthy = filtered(router, { isHealthy: ({ id }) => id !== 'coder:1' });
  expect(await healthy.route(ask('Solve this code.'), call())).toMatchObject({ providerId: 'mathematician:1' });
});

test('it routes an agent', async () => {
  await using router = onnxRouter({ model, pool });
  const [provider, second, third] = pool.map((id) => scriptedProvider([[say(id)]], { id }));
  if (provider === undefined || second === undefined || third === undefined) throw new Error('no pool');
  const agent = new SingleAgent({ provider, candidates: [second, third], router });
  expect((await agent.run('Solve this.')).text).toBe('mathematician:1');
});

test('the model is read once, when it is first needed, and again after it was closed', async () => {
  const file = join(tmpdir(), `tako-router-${crypto.randomUUID()}.onnx`);
  await writeFile(file, model);
  let reads = 0;
  const router = onnxRouter({
    pool,
    model: () => {
      reads++;
      return readFile(file);
    },
  });
  try {
    expect(reads).toBe(0);
    const routes = await Promise.all(Array.from({ length: 50 }, () => router.route(ask('code'), call())));
    expect(new Set(routes.map(({ providerId }) => providerId))).toEqual(new Set(['coder:1']));
    expect(reads).toBe(1);
    await router.close();
    await router.close();
    await router.load();
    expect(reads).toBe(2);
  } finally {
    await router.close();
    await rm(file);
  }
});

test('runs that wait for one file fail each with an error of its own', async () => {
  await using router = onnxRouter({ pool, model: () => Promise.reject(new Error('gone')) });
  const failures = await Promise.all(
    [1, 2].map(() => router.route(ask('code'), call()).catch((error: unknown) => error)),
  );
  expect(failures[0]).toMatchObject({ code: 'invalid', cause: { message: 'gone' } });
  expect(failures[0]).not.toBe(failures[1]);
});

test('a model that could not be read is read again', async () => {
  let reads = 0;
  await using router = onnxRouter({
    pool,
    model: () => {
      if (++reads === 1) throw new Error('gone');
      return model;
    },
  });
  await expect(router.route(ask('code'), call())).rejects.toMatchObject({
    code: 'invalid',
    cause: { message: 'gone' },
  });
  expect(await router.route(ask('code'), call())).toMatchObject({ providerId: 'coder:1' });
});

const wide = weights.map((numbers) => [...numbers, 0]);
const narrow = weights.map((numbers) => numbers.slice(1));

test.for([
  ['too wide', tinyClassifier({ weights: wide }), 'float32[1,16]'],
  ['too narrow', tinyClassifier({ weights: narrow }), 'float32[1,16]'],
  ['fewer logits than the pool', tinyClassifier({ weights: weights.slice(1) }), 'float32[1,3]'],
  ['more logits than the pool', tinyClassifier({ weights: [...weights, row({})] }), 'float32[1,3]'],
  ['another input', tinyClassifier({ weights, inputName: 'x' }), 'features'],
  ['another output', tinyClassifier({ weights, outputName: 'y' }), 'logits'],
  ['another type', tinyClassifier({ weights, elementType: 11 }), 'float32'],
  ['no model', new TextEncoder().encode('<html>404</html>'), 'no ONNX model'],
  ['a model cut in half', model.slice(0, model.length / 2), 'no ONNX model'],
  ['no bytes', new Uint8Array(), 'no ONNX model'],
] as const)('%s: refused', async ([, bytes, message]) => {
  await using router = onnxRouter({ model: bytes, pool });
  await expect(router.load()).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining(message) });
});

test.for([
  ['wide', wide, 'malformed_response'],
  ['of few logits', weights.slice(1), 'invalid'],
] as const)('a model that leaves its shape open and is %s is found out all the same', async ([, rows, code]) => {
  await using router = onnxRouter({ model: tinyClassifier({ weights: rows, isDynamic: true }), pool });
  await expect(router.route(ask('code'), call())).rejects.toMatchObject({ code });
  await expect(router.route(ask('code'), call())).rejects.toMatchObject({ code });
});

test.for([Number.NaN, Infinity, -Infinity])('a logit of %d is an error, not a choice', async (bad) => {
  await using router = onnxRouter({ model: tinyClassifier({ weights: [row({ 15: bad }), row({}), row({})] }), pool });
  await expect(router.route(ask('Hello!'), call())).rejects.toMatchObject({ code: 'malformed_response' });
});

test.for([[], [1], Array.from({ length: 17 }, () => 0), Array.from({ length: 16 }, () => Number.NaN)])(
  'features %j are refused',
  async (numbers) => {
    for (const source of [{ features: () => numbers }, { encoder: () => Float32Array.from(numbers) }]) {
      await using router = onnxRouter({ model, pool, ...source });
      await expect(router.route(ask('Hello!'), call())).rejects.toMatchObject({ code: 'invalid' });
    }
  },
);

test.for([1, 17, 300])('a model of %d features takes that many, and says so where others are given', async (width) => {
  const rows = pool.map((_, at) => Array.from({ length: width }, (__, column) => (column === width - 1 ? at : 0)));
  for (const isDynamic of [false, true]) {
    const bytes = tinyClassifier({ weights: rows, isDynamic });
    const encoder = (text: string): Float32Array => new Float32Array(width).fill(text === 'last' ? 1 : -1);
    await using router = onnxRouter({ model: bytes, pool, encoder });
    expect(await router.route(ask('last'), call())).toMatchObject({ providerId: pool[2] });
    expect(await router.route(ask('first'), call())).toMatchObject({ providerId: pool[0] });
  }
  await using short = onnxRouter({ model: tinyClassifier({ weights: rows }), pool, encoder: () => [1, 2] });
  await expect(short.route(ask('x'), call())).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining(`takes ${width} features; given were 2`),
  });
});

test('whoever is not in the pool could never be chosen: refused', async () => {
  await using router = onnxRouter({ model, pool });
  const stranger = scriptedProvider([], { id: 'stranger:1' });
  for (const among of [[...candidates, stranger], [stranger], []]) {
    await expect(router.route(ask('code', among), call())).rejects.toMatchObject({ code: 'invalid' });
  }
  for (const wrong of [[], ['a:1', 'a:1']]) {
    expect(() => onnxRouter({ model, pool: wrong })).toThrow(expect.objectContaining({ code: 'invalid' }));
  }
});

test('an aborted call is cancelled', async () => {
  await using router = onnxRouter({ model, pool });
  await expect(router.route(ask('code'), call({ signal: AbortSignal.abort() }))).rejects.toMatchObject({
    code: 'cancelled',
  });
});
