import { pause, say as words, scriptedProvider, chunks } from '@tako/testing';
import { expect, vi } from 'vitest';

import { askedIssuer } from '../identity/asked-issuer.js';
import { gate } from '../identity/gate.js';
import { framesOf, serving } from '../serving.js';
import { fault } from './fault.js';

const token = 'opaque-Xq7Vw2Kd9Lm4Rt8Zb1NcYs6';

fault('55a', 'an introspection endpoint that is away, fails, or answers a page', async () => {
  for (const kind of ['refused', 'error', 'garbage', 'redirect', 'huge'] as const) {
    const { auth, say, fail } = await askedIssuer();
    const { defers, admits } = await gate(auth);
    say(token);
    fail(kind);
    await defers(token);
    fail(undefined);
    await admits(token); // an outage is not remembered
  }
});

fault('55b', 'an introspection endpoint that does not answer, or not to the end', async () => {
  const { auth, say, fail, clock, asked } = await askedIssuer();
  const { defers, admits } = await gate(auth);
  say(token);
  for (const kind of ['hangs', 'stalls'] as const) {
    fail(kind);
    const before = asked();
    const waiting = defers(token);
    await vi.waitFor(() => expect(asked()).toBeGreaterThan(before));
    await clock.advance(10_000);
    await waiting;
  }
  fail(undefined);
  await admits(token);
});

fault('55c', 'an answer that does not say whether the token is good (active missing, a text, a number)', async () => {
  const { auth, say } = await askedIssuer();
  const { defers } = await gate(auth);
  for (const [at, active] of ['true', 'false', 1, null, undefined, [true], { x: true }].entries()) {
    say(`${token}${at}`, { active });
    await defers(`${token}${at}`);
  }
});

fault('55d', 'an answer for somebody else, or for another time: iss, aud, sub, tenant, exp, nbf', async () => {
  const { auth, say, seconds, issuer } = await askedIssuer();
  const { refuses } = await gate(auth);
  const wrong = [
    { active: false },
    { iss: `${issuer}/` },
    { aud: 'https://agents.acme.example.evil' },
    { aud: undefined },
    { sub: undefined },
    { tenant_id: '' },
    { exp: seconds(-31) },
    { nbf: seconds(31) },
    { token_type: 'refresh_token' },
  ];
  for (const [at, more] of wrong.entries()) {
    say(`${token}${at}`, more);
    await refuses(`${token}${at}`);
  }
});

fault('55e', 'an answer that was remembered, of a token that ends meanwhile', async () => {
  const { auth, say, seconds, clock, asked } = await askedIssuer();
  const { admits, refuses } = await gate(auth);
  say(token, { exp: seconds(5) });
  await admits(token);
  await admits(token);
  expect(asked()).toBe(1);
  await clock.advance(35_000); // with the leeway
  await refuses(token);
});

fault('56c', 'opaque tokens that begin alike, and one that is known already', async () => {
  const { auth, say, asked } = await askedIssuer();
  const { admits, refuses } = await gate(auth);
  const long = 'x'.repeat(200);
  say(`${long}a`);
  say(`${long}b`, { sub: 'bob' });
  await admits(`${long}a`, 'ada');
  await admits(`${long}b`, 'bob');
  await refuses(`${long}c`);
  await refuses(long);
  await admits(`${long}a`, 'ada');
  expect(asked()).toBe(4);
});

fault('57a', 'a token that is revoked', async () => {
  const { auth, say, clock } = await askedIssuer();
  const { admits, refuses } = await gate(auth);
  say(token);
  await admits(token);
  say(token, { active: false });
  await clock.advance(29_999);
  await admits(token);
  await clock.advance(1);
  await refuses(token);
});

fault('57b', 'a token that is revoked while its stream runs', async () => {
  const { auth, say, clock } = await askedIssuer();
  say(token);
  const provider = scriptedProvider(() => [words('Hi'), pause(50), chunks('abc', 3)]);
  const { ask } = await serving({ tako: provider }, { auth });
  const asked = { model: 'tako', stream: true, messages: [{ role: 'user', content: 'Hello' }] };
  const headers = { authorization: `Bearer ${token}` };
  const running = await ask('/v1/chat/completions', asked, headers);
  say(token, { active: false });
  await clock.advance(30_000);
  expect((await ask('/v1/chat/completions', asked, headers)).status).toBe(401);
  expect((await framesOf(running)).at(-1)).toBe('data: [DONE]');
});

fault('57c', 'a storm of tokens that nobody knows', async () => {
  const { auth, say, asked } = await askedIssuer();
  const { ask, admits } = await gate(auth, { limits: { maxFailedAuthsPerMinute: 50 } });
  say(token);
  await admits(token);
  const before = asked();
  const statuses: number[] = [];
  for (let at = 0; at < 300; at++) {
    const authorization = `Bearer guess-${at}`;
    statuses.push((await ask('/v1/models', undefined, { authorization })).status);
    if (at === 20) await admits(token);
  }
  expect(statuses.slice(0, 50).every((status) => status === 401)).toBe(true);
  expect(statuses.slice(50).every((status) => status === 429)).toBe(true);
  expect(asked() - before).toBe(50);
  await admits(token);
});
