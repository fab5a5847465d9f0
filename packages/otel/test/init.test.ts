import { providerError, tool } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { afterEach, expect, test } from 'vitest';

import { init, shutdown } from '../src/init/index.js';
import { scriptedModel } from './scripted-model.js';

afterEach(async () => {
  delete process.env['TAKO_LOG'];
  await shutdown();
});

const look = tool({ name: 'look', execute: () => 'SECRET' });

async function linesOf(options: Parameters<typeof init>[0], execute = look.execute): Promise<string[]> {
  const lines: string[] = [];
  const { tracer } = await init({ ...options, write: (line) => void lines.push(line) });
  const provider = scriptedModel([{ call: 'look' }, 'SECRET']);
  await new SingleAgent({ provider, tools: [{ ...look, execute }] }).run('SECRET', { tracer });
  expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
  expect(lines.join('')).not.toContain('SECRET');
  return lines;
}

test('a line for each span as it ends, indented', async () => {
  const lines = await linesOf({ filter: 'tako=debug' });
  expect(lines.map((line) => line.slice(24).replace(/ \d+ ms.*/s, ''))).toEqual([
    ' INFO      chat gpt-x',
    ' INFO      look',
    ' DEBUG   step 0',
    ' INFO      chat gpt-x',
    ' DEBUG   step 1',
    ' INFO  single_agent',
  ]);
  expect(lines.at(-1)).toContain('tako.stop_reason=final');
});

test('as JSON, with the place of each in its trace', async () => {
  process.env['TAKO_LOG'] = 'info,tako.tool=off';
  const lines = (await linesOf({ json: true })).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ kind }) => kind)).toEqual(['model_call', 'model_call', 'run']);
  const run = lines.at(-1);
  expect(lines.map(({ traceId }) => traceId)).toEqual([run?.['traceId'], run?.['traceId'], run?.['traceId']]);
  expect(lines[0]?.['parentId']).toBe(run?.['spanId']);
});

test('failures are told by their codes; a hostile name cannot steer a terminal', async () => {
  const lines: string[] = [];
  const { tracer } = await init({ filter: 'info', write: (line) => void lines.push(line) });
  tracer
    .start('tool', '\u001b[2Jhi\nthere', { tool: '\u001b[31mred\n' })
    .end(providerError('timeout', 'too\u001b late'));
  tracer.start('tool', 'x').end(new Error('SECRET'));
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  expect(lines.join('')).not.toMatch(/\u001b|SECRET/);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('ERROR ?[2Jhi?there');
});

test('shutdown is idempotent, also where nothing was started', async () => {
  await shutdown();
  const telemetry = await init({ write: () => undefined });
  const ended = Promise.all([telemetry.shutdown(), telemetry.shutdown(), shutdown(), shutdown()]);
  await expect(ended).resolves.toHaveLength(4);
});

test('a filter that cannot be read is refused', () => {
  expect(() => init({ filter: 'tako=loud' })).toThrow('filter: "loud" is no level');
});
