import { call, user } from '@tako/core';
import { headRouter, projected, textProjection, toOnnx, trainHead } from '@tako/orchestrators/learning';
import { scriptedProvider } from '@tako/testing';
import { InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { expect, test } from 'vitest';

import { onnxRouter } from '../src/index.js';

const pool = ['poet:1', 'coder:1', 'clerk:1'];
const about = ['a poem about spring and love', 'fix the loop in this function', 'file the tax form of last year'];
const texts = Array.from({ length: 90 }, (_, at) => `${about[at % 3] ?? ''} ${at}`);
const tasks = texts.map((text, at) => ({
  text,
  outcomes: Object.fromEntries(pool.map((id, member) => [id, { score: member === at % 3 ? 1 : 0 }])),
}));

test('a head as ONNX gives the logits of the head, at any width', async () => {
  const { weights } = await trainHead({ pool, tasks });
  const session = await InferenceSession.create(toOnnx(weights), { executionProviders: ['wasm'] });
  const numbers = Float32Array.from({ length: 256 }, (_, at) => Math.sin(at));
  const { logits } = await session.run({ features: new Tensor('float32', numbers, [1, 256]) });
  const wanted = weights.rows.map((row, line) =>
    row.reduce((sum, value, at) => sum + value * (numbers[at] ?? 0), weights.bias[line] ?? 0),
  );
  expect(logits?.dims).toEqual([1, 3]);
  expect(Array.from(Object(logits?.data))).toEqual(wanted.map((value) => expect.closeTo(value, 3)));
  await session.release();
});

test('a head over 16 numbers is a model for onnxRouter, which chooses as headRouter does', async () => {
  const encoder = projected(textProjection({ texts, components: 16 }));
  const { weights } = await trainHead({ pool, tasks, encoder });
  const textOfLast = (messages: readonly unknown[]): string => JSON.stringify(messages.at(-1));
  await using onnx = onnxRouter({
    model: toOnnx(weights),
    pool,
    features: ({ request }) => [...encoder(textOfLast(request.messages))],
  });
  const head = headRouter({
    weights,
    encoder: Object.assign((text: string) => encoder(JSON.stringify(user(text))), { version: encoder.version }),
  });
  const candidates = pool.map((id) => scriptedProvider([], { id }));
  for (const [at, text] of about.entries()) {
    const asked = { request: { messages: [user(text)] }, step: 0, candidates };
    const [one, other] = [await onnx.route(asked, call()), await head.route(asked, call())];
    expect([one.providerId, other.providerId]).toEqual([pool[at], pool[at]]);
    expect(one.confidence).toBeCloseTo(other.confidence ?? 0, 4);
  }
});
