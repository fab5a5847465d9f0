import { expect, test } from 'vitest';

import { canonicalJson, fingerprint } from './fingerprint.js';
import { readServerTool } from './server-tool.js';

const print = async (entry: object): Promise<string | undefined> => {
  const tool = readServerTool(entry);
  if (tool === undefined) throw new Error('no tool');
  return fingerprint(tool);
};

test('keys are in the order of their UTF-16 units, and nothing else changes', () => {
  expect(canonicalJson({ b: [3, { d: null, c: 'ä"' }], a: true, '\u20ac': 1.5, '\r': undefined, A: -0 })).toBe(
    '{"A":0,"a":true,"b":[3,{"c":"ä\\"","d":null}],"€":1.5}',
  );
});

test('the order of keys does not matter; every word that a model reads does', async () => {
  const tool = { name: 'a', description: 'b', inputSchema: { properties: { x: { type: 'string' }, y: {} } } };
  const same = await print(tool);
  expect(same).toMatch(/^[0-9a-f]{64}$/);
  expect(
    await print({ inputSchema: { properties: { y: {}, x: { type: 'string' } } }, description: 'b', name: 'a' }),
  ).toBe(same);
  for (const change of [
    { name: 'b' },
    { description: 'b ' },
    { inputSchema: { properties: { x: { type: 'number' }, y: {} } } },
    { annotations: { readOnlyHint: true } },
  ]) {
    expect(await print({ ...tool, ...change })).not.toBe(same);
  }
});

test('it is the SHA-256 that anybody can reckon', async () => {
  // printf '%s' '{"inputSchema":{"type":"object"},"name":"a"}' | sha256sum
  expect(await print({ name: 'a' })).toBe('60d4353e9a5499b483d09f13d9e28060e70f34edf787bb7040ba30bd390f85af');
});

test('a schema with a cycle of references is data like any other', async () => {
  const inputSchema = { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' };
  expect(await print({ name: 'a', inputSchema })).toMatch(/^[0-9a-f]{64}$/);
});

test('what is nested beyond measure has none, and does not overflow the stack', async () => {
  const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
  expect(await print({ name: 'a', inputSchema: { examples: deep } })).toBeUndefined();
});
