import { call, user } from '@tako/core';
import {
  hashedNgrams,
  headRouter,
  projected,
  textProjection,
  toOnnx,
  trainHead,
  type Encoder,
} from '@tako/orchestrators/learning';
import { scriptedProvider, seededRandom } from '@tako/testing';
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

const words = [...about.join(' ').split(' '), 'ÄÖ', '数字', '😀', '', '\n', '`code`', '42'];

test.for<readonly [string, Encoder]>([
  ['256, as trainHead has it', hashedNgrams()],
  ['1000', hashedNgrams({ dimensions: 1_000 })],
  ['7', hashedNgrams({ dimensions: 7 })],
  ['16, of a projection', projected(textProjection({ texts, components: 16 }))],
])('a head over %s numbers decides as ONNX what it decides as JSON, 1 000 times', async ([, encoder]) => {
  const { weights } = await trainHead({ pool, tasks, encoder });
  const head = headRouter({ weights: JSON.parse(JSON.stringify(weights)), encoder });
  await using onnx = onnxRouter({ model: toOnnx(weights), pool: weights.pool, encoder });
  const candidates = pool.map((id) => scriptedProvider([], { id }));
  const random = seededRandom(3);
  const pick = (): string => words[Math.floor(random() * words.length)] ?? '';
  const chosen = new Set<string>();
  for (let at = 0; at < 1_000; at++) {
    const text = Array.from({ length: 1 + Math.floor(random() * 12) }, pick).join(' ');
    const among = candidates.filter((_, member) => member === at % 3 || random() < 0.7);
    const asked = { request: { messages: [user(text)] }, step: 0, candidates: among };
    const [one, other] = [await onnx.route(asked, call()), await head.route(asked, call())];
    expect([text, one.providerId]).toEqual([text, other.providerId]);
    expect(one.confidence).toBeCloseTo(other.confidence ?? 0, 4);
    chosen.add(one.providerId);
  }
  expect(chosen.size).toBe(3);
});
