import { networkInterfaces } from 'node:os';

import { isSafeFetchError, safeFetch, safeFetcher, type Lookup, type SafeFetcherOptions } from '@tako/safe-fetch';
import { certificateAuthority } from '@tako/testing/loopback';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { hostileAnswers } from './hostile-answers.js';
import { hostileForms, loopbackForms, type HostileForms } from './hostile-urls.js';
import { httpServer, httpsServer, type LoopbackServer } from './loopback-server.js';
import { png } from './picture.js';
import { refusal } from './refusal.js';

/** Serves a picture to everybody who comes. In most tests nobody may. */
let inside: LoopbackServer;
/** Redirects to whatever stands in its query. */
let outside: LoopbackServer;
let ca: string;

beforeAll(async () => {
  inside = await httpServer((_request, response) => response.setHeader('content-type', 'image/png').end(png));
  const authority = certificateAuthority();
  ca = authority.cert;
  outside = await httpsServer((request, response) => {
    const query = new URLSearchParams(request.url?.slice(2));
    response.writeHead(302, { location: query.get('to') ?? '' }).end();
  }, authority.server('outside.example'));
});
afterAll(async () => {
  await inside[Symbol.asyncDispose]();
  await outside[Symbol.asyncDispose]();
});

/** Says of every name that it is where the server inside is: at worst it is found there. */
const everythingInside: Lookup = async () => ['127.0.0.1'];

const each = (forms: readonly HostileForms[]): (readonly [url: string, rule: string, source: string])[] =>
  forms.flatMap(({ urls, rule, source }) => urls.map((url) => [url, rule, source] as const));
const atPort = (url: string): string => url.replace('PORT', String(inside.port));

test('the tables hold at least 150 hostile URLs and DNS answers, none of them twice', () => {
  const urls = each([...loopbackForms, ...hostileForms]).map(([url]) => url);
  expect(urls.length).toBeGreaterThanOrEqual(150);
  expect(hostileAnswers.length).toBeGreaterThanOrEqual(50);
  expect(new Set(urls).size).toBe(urls.length);
});

describe('as the URL', () => {
  test.each(each([...loopbackForms, ...hostileForms]))('%j is refused: %s (%s)', async (url, rule) => {
    const connectionsBefore = inside.connections;
    expect(await refusal(safeFetch(atPort(url), { lookup: everythingInside }))).toBe(rule);
    expect(inside.connections).toBe(connectionsBefore);
  });

  test.each(each(hostileForms).filter(([, rule]) => rule !== 'scheme'))(
    '%j is refused with http allowed as well',
    async (url, rule) => {
      const connectionsBefore = inside.connections;
      const fetching = safeFetch(atPort(url).replace(/^https/, 'http'), {
        allowHttp: true,
        lookup: everythingInside,
      });
      expect(await refusal(fetching)).toBe(rule);
      expect(inside.connections).toBe(connectionsBefore);
    },
  );
});

describe('as what a redirect leads to', () => {
  const writable = each([...loopbackForms, ...hostileForms]).filter(
    // What a header can hold, and what is no URL relative to the first one.
    ([url]) => /^[!-~]+$/.test(url) && /^[\w+-]+:/.test(url) && !/^https:(?!\/\/)/.test(url) && url.length < 10_000,
  );

  test.each(writable)('%j is refused: %s', async (url, rule) => {
    const connectionsBefore = inside.connections;
    const fetching = safeFetch(`https://outside.example:${outside.port}/?to=${encodeURIComponent(atPort(url))}`, {
      ca,
      allowHosts: ['outside.example'],
      lookup: everythingInside,
    });
    expect(await refusal(fetching)).toBe(url.startsWith('http:') ? 'scheme' : rule);
    expect(inside.connections).toBe(connectionsBefore);
  });
});

describe('as the answer of a resolver', () => {
  test.each(hostileAnswers)('$host at $addresses is refused: $rule', async ({ host, rule, addresses }) => {
    const connectionsBefore = inside.connections;
    const lookup: Lookup = async () => addresses;
    expect(await refusal(safeFetch(`https://${host}:${inside.port}/`, { lookup }))).toBe(rule);
    expect(await refusal(safeFetch(`http://${host}:${inside.port}/`, { lookup, allowHttp: true }))).toBe(rule);
    expect(inside.connections).toBe(connectionsBefore);
  });
});

describe('and what is allowed is reached', () => {
  const allowing: readonly SafeFetcherOptions[] = [
    { allowPrivateIps: true },
    { allowCidrs: ['127.0.0.0/8'] },
    { allowHosts: ['127.0.0.1'] },
  ];
  test.each(each(loopbackForms))('%j is 127.0.0.1, and is let through by each list', async (url) => {
    for (const allow of allowing) {
      const connectionsBefore = inside.connections;
      const fetched = await safeFetch(atPort(url).replace(/(t\s*p)s/i, '$1'), { ...allow, allowHttp: true });
      expect(fetched.bytes).toEqual(new Uint8Array(png));
      expect(new URL(fetched.url).host).toBe(`127.0.0.1:${inside.port}`);
      expect(inside.connections).toBe(connectionsBefore + 1);
    }
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
  test.skipIf(!hasIpv6)('the IPv4-mapped form, by the range of IPv4', async () => {
    const url = atPort('http://[::ffff:127.0.0.1]:PORT/');
    await expect(safeFetch(url, { allowHttp: true, allowCidrs: ['127.0.0.0/8'] })).resolves.toBeDefined();
    await expect(safeFetch(url, { allowHttp: true, allowHosts: ['::ffff:127.0.0.1'] })).resolves.toBeDefined();
    expect(await refusal(safeFetch(url, { allowHttp: true, allowCidrs: ['10.0.0.0/8'] }))).toBe('address');
  });

  test('names under localhost, by their address', async () => {
    const fetcher = safeFetcher({ allowHttp: true, allowCidrs: ['127.0.0.1/32'], lookup: everythingInside });
    for (const host of ['localhost', 'LOCALHOST.', 'a.localhost']) {
      await expect(fetcher(`http://${host}:${inside.port}/`)).resolves.toMatchObject({ contentType: 'image/png' });
    }
  });
});

test.each(['localhost', 'LOCALHOST.', 'a.b.localhost'])('%s is loopback without asking a resolver', async (host) => {
  const lookup = vi.fn<Lookup>();
  expect(await refusal(safeFetch(`https://${host}/`, { lookup, allowCidrs: ['10.0.0.0/8'] }))).toBe('address');
  expect(lookup).not.toHaveBeenCalled();
});

test('an error names the rule, and neither the host nor anything of the answer', async () => {
  const fetching = safeFetch('https://very-secret.internal/', { lookup: async () => ['10.11.12.13'] });
  const error = await fetching.catch((reason: unknown) => reason);
  expect(isSafeFetchError(error)).toBe(true);
  const shown = `${String(error)} ${JSON.stringify(error)} ${JSON.stringify(Object.getOwnPropertyDescriptors(error))}`;
  expect(shown).not.toMatch(/very-secret|10\.11/);
});
