import { expect, test } from 'vitest';

import { logoutUri } from './logout-uri.js';

test('without options it is the address itself', () => {
  expect(logoutUri('https://login.acme.example/end', {})).toBe('https://login.acme.example/end');
});

test('each option is one parameter, encoded, after those that are there', () => {
  const uri = logoutUri('https://login.acme.example/end?realm=a%26b', {
    idTokenHint: 'a.b.c',
    postLogoutRedirectUri: 'https://agents.acme.example/bye?x=1&y=2#z',
    state: 'a b&c=d',
    clientId: 'agents',
  });
  const { origin, pathname, searchParams } = new URL(uri);
  expect([origin, pathname]).toEqual(['https://login.acme.example', '/end']);
  expect([...searchParams]).toEqual([
    ['realm', 'a&b'],
    ['id_token_hint', 'a.b.c'],
    ['post_logout_redirect_uri', 'https://agents.acme.example/bye?x=1&y=2#z'],
    ['state', 'a b&c=d'],
    ['client_id', 'agents'],
  ]);
});

test('what is undefined is left out; what is empty is not', () => {
  expect(logoutUri('https://a.example/', { state: undefined, clientId: '' })).toBe('https://a.example/?client_id=');
});
