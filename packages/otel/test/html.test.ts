import { existsSync } from 'node:fs';

import { tool, type RunEvent } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { AbMcts } from '@tako/orchestrators/ab-mcts';
import { Conductor } from '@tako/orchestrators/conductor';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';

import { timedEvents, traceToHtml } from '../src/html/index.js';
import { scriptedModel } from './scripted-model.js';

const hostile = '<script>document.title="run over"</script><img src=x onerror="document.title=\'run over\'">';

async function conducted(): Promise<RunEvent[]> {
  const look = tool({ name: 'look', execute: () => 'seen' });
  const ann = new SingleAgent({ provider: scriptedModel([{ call: 'look' }, 'It rains.']), tools: [look] });
  const bob = scriptedModel(['Bring an umbrella.'], 'anthropic:opus');
  const steps = [
    { worker: 1, task: 'Look out of the window', reads: [] },
    { worker: 2, task: hostile, reads: [1] },
  ];
  const coordinator = scriptedModel([JSON.stringify({ steps })], 'openai:planner');
  const verifier = { verify: () => ({ score: 0.85, feedback: 'well said' }) };
  const events: RunEvent[] = [];
  const conductor = new Conductor({ coordinator, workers: { ann, bob }, verifier });
  for await (const event of timedEvents(conductor.stream('Q'))) events.push(event);
  return events;
}

test('events and their JSON lines make the same page; what is broken in a file is skipped', async () => {
  const events = await conducted();
  const html = traceToHtml(events);
  const lines = events.map((event) => JSON.stringify(event)).join('\n');
  expect(traceToHtml(`${lines}\n{"type":\nnull\n7\n{}\n{"type":"newer"}\n`)).toBe(html);
  expect(html).not.toMatch(/<script|<img/);
  for (const shown of ['conductor', 'ann', 'look', 'openai:gpt-x', '0.85', '1000 in · 100 out', '$0.001200']) {
    expect(html).toContain(shown);
  }
});

/** A search whose answers are worth what they say. */
async function searched(): Promise<RunEvent[]> {
  const worth = ['0.2', '0.5', '0.4', '0.7', '0.9', '0.3'];
  const search = new AbMcts({
    generators: { luna: scriptedModel(worth), opus: scriptedModel(worth.toReversed(), 'anthropic:opus') },
    verifier: { verify: ({ text }) => ({ score: Number(text), feedback: `worth ${text}` }) },
    maxIterations: 6,
    seed: 1,
  });
  const events: RunEvent[] = [];
  for await (const event of timedEvents(search.stream('Q'))) events.push(event);
  return events;
}

test('a search is drawn as its answers, each with its depth and what it is worth', async () => {
  const html = traceToHtml(await searched());
  expect(html.match(/<span class="kind answer">/g)).toHaveLength(6);
  expect(html).not.toMatch(/class="kind (route|step|model)"/);
  expect(html).toContain('<small>anthropic:opus</small>');
  expect(html).toContain('<b class="score">0.90</b>');
  expect(html.match(/the best/g)).toHaveLength(1);
  expect(html.slice(html.lastIndexOf('<strong>', html.indexOf('the best')))).toMatch(/^[^]*?0\.90/);
});

test('what happened is drawn where it happened, as far as events say when', () => {
  const place = { step: 0, branch: 0 };
  const usage = { inputTokens: 10, outputTokens: 2 };
  const call = { ...place, providerId: 'acme:m', usage, durationMs: 60, finishReason: 'stop' } as const;
  const events = [
    { type: 'run_start', runId: 'r', kind: 'single_agent', atMs: 0 },
    { type: 'step_start', ...place, providerId: 'acme:m', atMs: 20 },
    { type: 'model_call', ...place, call, atMs: 100 },
    { type: 'step_end', ...place, finishReason: 'stop', usage, atMs: 200 },
  ] as const;
  const html = traceToHtml(events);
  expect(html.match(/at \d+ ms<\/span><span class="time">\d+ ms/g)).toEqual([
    'at 0 ms</span><span class="time">200 ms',
    'at 20 ms</span><span class="time">180 ms',
    'at 40 ms</span><span class="time">60 ms',
  ]);
  expect(html).toContain('margin-left:20.0%;width:30.0%');
  const untimed = traceToHtml(events.map((event) => ({ ...event, atMs: undefined })));
  expect(untimed).not.toMatch(/at \d+ ms/);
  for (const broken of [Number.NaN, -5, 1e300, '7']) {
    const lines = events.map((event) => JSON.stringify({ ...event, atMs: broken })).join('\n');
    expect(traceToHtml(lines)).not.toMatch(/NaN|Infinity|margin-left:-/);
  }
});

test('an answer of a search stands below the one that it refines', () => {
  const answer = (branch: number, step: number, task?: string): RunEvent => ({
    type: 'branch_start',
    step,
    branch,
    name: 'luna',
    task,
  });
  const html = traceToHtml([
    { type: 'run_start', runId: 'r', kind: 'ab_mcts' },
    answer(0, 0),
    answer(1, 0),
    answer(2, 1, 'refine answer 0'),
    answer(3, 1, 'refine answer 7'),
    { type: 'verifier_score', step: 1, branch: 2, score: 0.5, isPartial: false },
  ]);
  expect(html.replace(/<small>.*?<\/small>|<(?!\/?ul)[^>]*>/g, '')).toMatch(
    /<ul>answeranswer 0<ul>answeranswer 2 0\.50<\/ul>answeranswer 1answeranswer 3<\/ul>/,
  );
});

test.each([
  ['budget', true],
  ['max_steps', true],
  ['final', false],
  ['approval', false],
] as const)('a run that stopped for %s: marked %s', async (stopReason, isMarked) => {
  const events = await conducted();
  const ended = events.map((event) =>
    event.type === 'finish' ? { ...event, result: { ...event.result, stopReason } } : event,
  );
  expect(traceToHtml(ended)).toContain(`<div class="line${isMarked ? ' failed' : ''}"><span class="kind run">`);
});

test('a run that threw, or whose file was cut off, is marked', async () => {
  const html = traceToHtml((await conducted()).filter(({ type }) => type !== 'finish'));
  expect(html).toContain('<div class="line failed"><span class="kind run">');
  expect(html).toContain('did not come to its end');
});

test('times are told as people say them', () => {
  const call = { step: 0, branch: 0, providerId: 'acme:m', usage: { inputTokens: 1, outputTokens: 1 } };
  const shown = [0.4, 999.4, 999.6, 59_990, 59_996, 125_000].map((durationMs) => {
    const html = traceToHtml([{ type: 'model_call', step: 0, branch: 0, call: { ...call, durationMs } }]);
    return /<span class="time">([^<]+)</.exec(html)?.[1];
  });
  expect(shown).toEqual(['0 ms', '999 ms', '1.00 s', '59.99 s', '1 min 0 s', '2 min 5 s']);
});

test('nothing to draw is an error', () => {
  expect(() => traceToHtml('not json')).toThrow('there is no run event in it');
});

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
if (executablePath === undefined) console.warn('no Chromium is installed: the page is not looked at in a browser');

test.skipIf(executablePath === undefined)(
  'a browser draws it, runs nothing and asks for nothing',
  async () => {
    const browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
    try {
      for (const [colorScheme, width] of [
        ['light', 1_280],
        ['dark', 390],
      ] as const) {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 700 } });
        const asked: string[] = [];
        page.on('request', (request) => void asked.push(request.url()));
        await page.setContent(traceToHtml(await conducted()));
        expect(await page.title()).toBe('Run of conductor');
        expect(await page.locator('.kind').allTextContents()).toEqual(
          expect.arrayContaining(['run', 'branch', 'tool']),
        );
        expect(await page.getByText('0.85').isVisible()).toBe(true);
        const isWide = await page.evaluate(
          'document.documentElement.scrollWidth > document.documentElement.clientWidth',
        );
        expect(isWide).toBe(false);
        expect(asked).toEqual([]);
        const folder = process.env['TAKO_SCREENSHOTS'];
        if (folder !== undefined) await page.screenshot({ path: `${folder}/trace-${colorScheme}.png` });
        await page.setContent(traceToHtml(await searched()));
        expect(await page.locator('.kind.answer').count()).toBe(6);
        if (folder !== undefined) await page.screenshot({ path: `${folder}/search-${colorScheme}.png` });
        await page.close();
      }
    } finally {
      await browser.close();
    }
  },
  30_000,
);
