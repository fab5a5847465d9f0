import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { GatewayConfig } from '../src/config/gateway-config.js';
import { startGateway, type Gateway } from '../src/gateway.js';
import { RunLog } from '../src/status/run-log.js';
import { lowestContrast } from './lowest-contrast.js';
import { scriptedVendor } from './scripted-vendor.js';

const token = 'a-token-of-thirty-two-characters';
const long = 'tako/research-desk-for-the-legal-department-of-europe-with-citations-2026-11-23';
const price = { inputUsdPerMillion: 100, outputUsdPerMillion: 400 };

function config(url: string): GatewayConfig {
  const model = (name: string) => ({ vendor: 'openai' as const, model: name, apiKey: 'k', baseUrl: url, price });
  return {
    server: { port: 0, drainMs: 0 },
    auth: {
      chain: [
        {
          type: 'tokens',
          tokens: [
            { token, tenant: 'acme', user: 'ada', roles: ['staff'] },
            { token: `${token}-poor`, tenant: 'poor', user: 'bob' },
            { token: `${token}-operator`, tenant: 'ops', user: 'eve', roles: ['operator'] },
          ],
        },
      ],
    },
    providers: {
      answers: model('answers'),
      calls: model('calls'),
      judges: model('judges'),
      fails: { ...model('fails'), retries: 0, breaker: { failures: 2 } },
      standing: { ...model('fails'), retries: 0, breaker: { failures: 1 }, fallback: ['answers'] },
    },
    mcpServers: {
      adder: { command: process.execPath, args: [fileURLToPath(new URL('fixtures/adder.ts', import.meta.url))] },
    },
    models: {
      plain: { type: 'provider', provider: 'answers', description: 'one model, as it is' },
      broken: { type: 'provider', provider: 'fails' },
      helped: { type: 'provider', provider: 'standing' },
      [long]: { type: 'single_agent', provider: 'calls', mcpServers: ['adder'], description: 'adds with a tool' },
      search: {
        type: 'ab_mcts',
        generators: { one: 'answers', other: 'answers' },
        verifier: { type: 'llm_judge', provider: 'judges' },
        maxIterations: 3,
      },
      team: { type: 'trinity', agents: { ann: 'answers', bob: 'answers' }, maxTurns: 2, roles: ['staff'] },
    },
    budget: {
      maxUsdPerDay: 100,
      maxUsdPerTenantPerDay: { acme: 20, poor: 0.01, sleepy: 5 },
      maxTokensPerTenantPerDay: { acme: 18_100 },
      defaultMaxOutputTokens: 500,
    },
  };
}

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
if (executablePath === undefined)
  console.warn('no Chromium is installed: the status page is not looked at in a browser');

describe.skipIf(executablePath === undefined)('the status page of a gateway that has worked, in a browser', () => {
  let vendor: Awaited<ReturnType<typeof scriptedVendor>>;
  let gateway: Gateway;
  let browser: Browser;
  beforeAll(async () => {
    vendor = await scriptedVendor();
    gateway = await startGateway(config(vendor.url), {
      environment: {},
      runs: new RunLog(),
      nodeVersion: process.version,
      note: () => undefined,
      log: () => undefined,
    });
    const ask = async (model: string, bearer = token): Promise<number> => {
      const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'SECRET question' }] }),
      });
      await answer.text();
      return answer.status;
    };
    const statuses = [];
    for (const model of ['broken', 'broken', 'broken', 'helped', 'plain', long, 'search', 'team']) {
      statuses.push(await ask(model));
    }
    statuses.push(await ask('plain', `${token}-poor`), await ask('plain', `${token}-operator`));
    expect(statuses).toEqual([502, 502, 503, 200, 200, 200, 200, 200, 429, 200]);
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    await vendor?.close();
  });

  /** A browser of somebody without JavaScript, who typed a token; it fails where the page asks for anything, or breaks its policy. */
  async function visit(
    password: string,
    look: (page: Page) => Promise<void>,
    options: { readonly width?: number; readonly colorScheme?: 'light' | 'dark'; readonly at?: Gateway } = {},
  ): Promise<void> {
    const { width = 1_280, colorScheme = 'light', at = gateway } = options;
    const context = await browser.newContext({
      httpCredentials: { username: '', password },
      colorScheme,
      javaScriptEnabled: false,
      viewport: { width, height: 800 },
    });
    try {
      const page = await context.newPage();
      const troubles: string[] = [];
      page.on('console', (message) => void troubles.push(message.text()));
      page.on('request', (request) => {
        if (!request.isNavigationRequest()) troubles.push(request.url());
      });
      await page.goto(at.url);
      await look(page);
      expect(troubles).toEqual([]);
    } finally {
      await context.close();
    }
  }

  test('an operator sees models, circuits, spending and runs of all', async () => {
    await visit(`${token}-operator`, async (page) => {
      const text = await page.locator('main').innerText();
      for (const words of ['acme', 'poor', 'sleepy', 'all tenants', 'circuit open', 'budget_exhausted', 'no cap']) {
        expect(text).toContain(words);
      }
      const healthOf = (id: string) =>
        page.locator('li', { has: page.getByText(id, { exact: true }) }).locator('.pill');
      expect(await healthOf('helped').first().innerText()).toBe('degraded');
      expect(await healthOf('broken').first().innerText()).toBe('down');
      expect(await healthOf('plain').first().innerText()).toBe('ok');
    });
  });

  test('a tenant sees its own runs and account, and no other name', async () => {
    await visit(`${token}-poor`, async (page) => {
      const text = await page.locator('body').innerText();
      expect(text).toContain('poor / bob');
      for (const others of ['acme', 'ada', 'sleepy', 'all tenants', 'Providers', 'circuit', 'Node', 'team'])
        expect(text).not.toContain(others);
    });
  });

  test('each run leads to its tree, which has no word of what was said; another tenant does not find it', async () => {
    let tree = '';
    await visit(token, async (page) => {
      await page.getByRole('link', { name: 'search', exact: true }).click();
      tree = page.url();
      await shoot(page, 'run');
      const text = await page.locator('body').innerText();
      for (const words of ['search, asked by acme / ada', 'openai:answers', 'openai:judges', '0.80']) {
        expect(text).toContain(words);
      }
      expect((await page.locator('.bar b').first().boundingBox())?.width).toBeGreaterThan(0);
      await page.goBack();
      await page.getByRole('link', { name: long }).click();
      expect(await page.locator('.kind.tool').count()).toBe(1);
      await page.goBack();
      for (const link of await page.getByRole('link').all()) {
        const href = await link.getAttribute('href');
        const run = await fetch(new URL(href ?? '', gateway.url), { headers: { authorization: `Bearer ${token}` } });
        expect(run.status).toBe(200);
        expect(await run.text()).not.toMatch(/SECRET|It is five/);
      }
    });
    const status = async (bearer: string): Promise<number> =>
      (await fetch(tree, { headers: { authorization: `Bearer ${bearer}` } })).status;
    expect([await status(`${token}-poor`), await status(`${token}-operator`), await status('wrong')]).toEqual([
      404, 200, 401,
    ]);
  });

  test('a gateway that has done nothing says so', async () => {
    const idle = await startGateway(
      { ...config(vendor.url), budget: undefined },
      {
        environment: {},
        runs: new RunLog(),
        nodeVersion: process.version,
        note: () => undefined,
        log: () => undefined,
      },
    );
    try {
      await visit(
        `${token}-operator`,
        async (page) => {
          await shoot(page, 'idle');
          expect(await page.locator('main').innerText()).toContain('None yet.');
        },
        { at: idle },
      );
    } finally {
      await idle.close();
    }
  });

  test.each([
    [390, 'light'],
    [390, 'dark'],
    [1_280, 'light'],
    [1_280, 'dark'],
  ] as const)(
    'at %i pixels, %s: nothing is cut off, and every text stands out from its ground',
    async (width, colorScheme) => {
      await visit(
        `${token}-operator`,
        async (page) => {
          await shoot(page, `status-${width}-${colorScheme}`);
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
          expect(await lowestContrast(page)).toBeGreaterThanOrEqual(4.5);
        },
        { width, colorScheme },
      );
    },
  );
});

/** Keeps a picture for whoever wants to look: `TAKO_SCREENSHOTS=folder vitest run`. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['TAKO_SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
