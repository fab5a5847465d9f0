import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { chromium } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import { reportToHtml, type EvalReport } from '../src/index.js';
import { exampleReport, hostile } from './example-report.js';

const report: EvalReport = exampleReport();
const executablePath = '/usr/bin/chromium';

test('what an answer holds stays text, and nothing is loaded', () => {
  const page = reportToHtml(report);
  expect(page).not.toContain('<img');
  expect(page).toContain('&#60;img src=x onerror=alert(1)&#62;');
  expect(page).not.toMatch(/<script|<link|<iframe|https?:|url\(|@import/i);
  expect(hostile).toContain('<img');
});

test('an evaluation that came to nothing has a page', () => {
  expect(reportToHtml({ ...report, candidates: {}, attempts: [] })).toContain('No price is known.');
});

// Debian's browser, where it is installed: `apt-get install chromium`.
describe.skipIf(!existsSync(executablePath))('in a browser', () => {
  test.each([
    ['light', 1_000],
    ['dark', 1_000],
    ['light', 390],
    ['dark', 390],
  ] as const)(
    '%s, %i pixels wide: tree, curves and figures can be seen',
    { timeout: 60_000 },
    async (colorScheme, width) => {
      const folder = await mkdtemp(join(tmpdir(), 'report-'));
      const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
      try {
        const file = join(folder, 'report.html');
        await writeFile(file, reportToHtml(report));
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
        const problems: string[] = [];
        page.on('console', (message) => problems.push(message.text()));
        page.on('pageerror', (error) => problems.push(error.message));
        await page.goto(pathToFileURL(file).href);
        expect(await page.locator('figure svg polyline').first().isVisible()).toBe(true);
        await page.locator('summary').first().click();
        const tree = page.locator('svg.tree').first();
        expect(await tree.isVisible()).toBe(true);
        expect(await tree.locator('.chosen').count()).toBe(1);
        // From the question by the answers 0, 2, 4, 6 and 7 to the tenth, which was given.
        expect(await tree.locator('.edge.way').count()).toBe(6);
        // No node lies on another.
        const boxes = await tree
          .locator('circle')
          .evaluateAll((circles) =>
            circles.map((circle) => [circle.getAttribute('cx'), circle.getAttribute('cy')].join()),
          );
        expect(new Set(boxes).size).toBe(boxes.length);
        // Nothing is wider than the window.
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        // Text of a plot is scaled with it, and can be read all the same.
        const heights = await page
          .locator('figure > svg .axis text:not([transform])')
          .evaluateAll((texts) => texts.map((text) => text.getBoundingClientRect().height));
        expect(Math.min(...heights)).toBeGreaterThan(10);
        const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
        expect(ground).toBe(colorScheme === 'light' ? 'rgb(246, 247, 249)' : 'rgb(20, 23, 28)');
        const { TAKO_SCREENSHOTS: shots } = process.env;
        if (shots !== undefined)
          await page.screenshot({ path: join(shots, `report-${colorScheme}-${width}.png`), fullPage: true });
        expect(problems).toEqual([]);
      } finally {
        await browser.close();
        await rm(folder, { recursive: true });
      }
    },
  );
});
