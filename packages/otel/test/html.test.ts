import { existsSync } from 'node:fs';

import { tool, type RunEvent } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { Conductor } from '@tako/orchestrators/conductor';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';

import { traceToHtml } from '../src/html/index.js';
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
  for await (const event of new Conductor({ coordinator, workers: { ann, bob }, verifier }).stream('Q'))
    events.push(event);
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
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await browser.newPage({ colorScheme, viewport: { width: 1000, height: 700 } });
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
        await page.close();
      }
    } finally {
      await browser.close();
    }
  },
  30_000,
);
