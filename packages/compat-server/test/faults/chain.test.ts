import { ChainedAuth, StaticTokens } from '@tako/auth';
import { TakoError, type Authenticator, type ErrorCode } from '@tako/core';
import { expect } from 'vitest';

import { askedIssuer } from '../identity/asked-issuer.js';
import { gate } from '../identity/gate.js';
import { jwtIssuer, oidcIssuer } from '../identity/test-issuer.js';
import { ada, adaToken } from '../serving.js';
import { fault } from './fault.js';

const wrong = 'nobody-knows-this-token';

/** One that fails, and one that takes whatever comes. */
const failing = (error: unknown): Authenticator => ({
  authenticate() {
    // oxlint-disable-next-line prefer-promise-reject-errors -- what foreign code does
    return Promise.reject(error);
  },
});
const anybody: Authenticator = { authenticate: async () => ada };

fault('59a', 'a chain whose first cannot tell, before a weaker one', async () => {
  const outages: ErrorCode[] = ['transport', 'timeout', 'rate_limited', 'circuit_open', 'budget_exhausted'];
  for (const code of outages) {
    const first = failing(new TakoError(code, `at 10.0.0.7, with ${adaToken}`));
    const { defers } = await gate(new ChainedAuth([first, anybody]));
    await defers(adaToken);
  }
  const foreign = failing(new Error(`connect ECONNREFUSED 10.0.0.7:443, with ${adaToken}`));
  await (await gate(new ChainedAuth([foreign, anybody]))).defers(adaToken);
});

fault('59b', 'a chain whose first is an identity provider that goes away', async () => {
  for (const make of [jwtIssuer, oidcIssuer]) {
    const { auth, keys, token } = await make();
    const { defers, admits, refuses } = await gate(new ChainedAuth([auth, new StaticTokens([[adaToken, ada]])]));
    keys.fail('refused');
    await defers(token());
    await admits(adaToken); // it is no JSON Web Token: no keys are needed to tell
    await refuses(wrong);
  }
});

fault('59c', 'a token that the first does not know, and the second does', async () => {
  const first = await jwtIssuer();
  const second = await askedIssuer();
  second.say('opaque-token-of-ada');
  const chain = new ChainedAuth([new StaticTokens([[adaToken, ada]]), new ChainedAuth([first.auth, second.auth])]);
  const { admits, refuses } = await gate(chain);
  await admits(adaToken);
  await admits(first.token({ sub: 'bob' }), 'bob');
  await admits('opaque-token-of-ada');
  await refuses(wrong);
});

fault('59d', 'a token that two of a chain know', async () => {
  const named = (userId: string): StaticTokens => new StaticTokens([[adaToken, { ...ada, userId }]]);
  await (await gate(new ChainedAuth([named('first'), named('second')]))).admits(adaToken, 'first');
});

fault('59e', 'a chain that is told to go on after an outage (stopOn: nothing)', async () => {
  const { auth, fail } = await askedIssuer();
  fail('error');
  const known = new StaticTokens([[adaToken, ada]]);
  const goesOn = await gate(new ChainedAuth([auth, known], { stopOn: 'nothing' }));
  await goesOn.admits(adaToken);
  await goesOn.refuses(wrong); // as documented: the last one's word counts
  const stops = await gate(new ChainedAuth([auth, known], { stopOn: 'transport' }));
  await stops.defers(adaToken);
});

fault(
  '59f',
  'an authenticator that breaks its contract: it throws at once, or what is no error, or gives nobody',
  async () => {
    for (const broken of [
      failing(undefined),
      failing('no'),
      failing(new TypeError(`cannot read ${adaToken}`)),
      {
        authenticate: () => {
          throw new Error(`at once, with ${adaToken}`);
        },
      },
      // Whoever writes one without types may forget to return.
      { authenticate: async () => undefined } as unknown as Authenticator,
      { authenticate: async () => ({ tenantId: '', userId: 'x', roles: [] }) },
    ]) {
      const { show } = await gate(broken);
      const { response, body } = await show(adaToken);
      expect(response.status).toBe(503);
      expect(body).toMatchObject({ error: { code: 'auth_unavailable' } });
    }
  },
);
