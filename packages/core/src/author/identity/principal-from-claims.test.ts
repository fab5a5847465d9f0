import { expect, test } from 'vitest';

import { principalFromClaims } from './principal-from-claims.js';

test('names with dots are names, lists are paths, and a text is split into roles', () => {
  const principalOf = principalFromClaims(
    { tenant: 'https://acme.example/tenant', user: ['who', 'id'], roles: 'scope' },
    'test',
  );
  expect(principalOf({ 'https://acme.example/tenant': 'acme', who: { id: 'ada' }, scope: 'read  write ' })).toEqual({
    tenantId: 'acme',
    userId: 'ada',
    roles: ['read', 'write'],
  });
});

test('the default tenant stands for a missing claim, not for a wrong one', () => {
  const principalOf = principalFromClaims({ defaultTenantId: 'acme' }, 'test');
  expect(principalOf({ sub: 'ada' })).toEqual({ tenantId: 'acme', userId: 'ada', roles: [] });
  for (const tenant_id of ['', 7, null, ['acme']]) {
    expect(() => principalOf({ sub: 'ada', tenant_id })).toThrow(expect.objectContaining({ code: 'auth' }));
  }
});

test('default roles stand for a missing claim, not for a wrong or an empty one, and are copied', () => {
  const defaultRoles = ['reader'];
  const principalOf = principalFromClaims({ defaultTenantId: 'acme', defaultRoles }, 'test');
  defaultRoles.push('admin');
  expect(principalOf({ sub: 'ada' }).roles).toEqual(['reader']);
  expect(principalOf({ sub: 'ada', roles: [] }).roles).toEqual([]);
  expect(() => principalOf({ sub: 'ada', roles: null })).toThrow(expect.objectContaining({ code: 'auth' }));
});

test.each([
  ['what every object inherits', 'constructor'],
  ['a prototype', ['__proto__', 'name']],
  ['a field of a text', ['sub', 'length']],
  ['an entry of a list', ['list', '0']],
])('%s is no claim', (_, tenant) => {
  const principalOf = principalFromClaims({ tenant }, 'test');
  expect(() => principalOf({ sub: 'ada', list: ['acme'] })).toThrow(expect.objectContaining({ code: 'auth' }));
});

test.each([
  [{ user: '' }],
  [{ roles: [] }],
  [{ tenant: ['a', ''] }],
  [{ defaultTenantId: '' }],
  [{ defaultRoles: [7 as unknown as string] }],
])('%j is refused', (claims) => {
  expect(() => principalFromClaims(claims, 'test')).toThrow(expect.objectContaining({ code: 'invalid' }));
});
