import { expect, test } from 'vitest';

import { paramHeaders } from './param-headers.js';

const header = (name: unknown, more: object = {}) => ({ type: 'string', 'x-mcp-header': name, ...more });
const schema = (properties: object) => ({ type: 'object', properties });

test('arguments that a server wants in headers are there, at any depth', () => {
  const nested = { type: 'object', properties: { id: header('Tenant-Id') } };
  expect(
    paramHeaders(schema({ region: header('Region'), dry: header('Dry'), n: header('N'), tenant: nested, plain: {} }), {
      region: 'eu',
      dry: false,
      n: 1.5,
      tenant: { id: 'acme' },
      plain: 'secret',
    }),
  ).toEqual({
    'Mcp-Param-Region': 'eu',
    'Mcp-Param-Dry': 'false',
    'Mcp-Param-N': '1.5',
    'Mcp-Param-Tenant-Id': 'acme',
  });
});

test('what cannot stand in a header is base64 of its UTF-8', () => {
  const of = (value: string) => paramHeaders(schema({ a: header('A') }), { a: value })?.['Mcp-Param-A'];
  expect(of('plain text')).toBe('plain text');
  expect(of('grün')).toBe('=?base64?Z3LDvG4=?=');
  expect(of('two\r\nlines')).toBe('=?base64?dHdvDQpsaW5lcw==?=');
  expect(of(' edge')).toBe('=?base64?IGVkZ2U=?=');
  expect(of('')).toBe('=?base64??=');
  expect(of('=?base64?eA==?=')).toBe('=?base64?PT9iYXNlNjQ/ZUE9PT89?=');
});

test('nothing is sent that was not asked for, not given, or is no primitive', () => {
  const odd = schema({
    a: header('A'),
    b: header('not a token'),
    c: header(7),
    d: header(''),
    e: header('E'),
    f: header('F'),
  });
  expect(paramHeaders(odd, { b: 'x', c: 'x', d: 'x', e: null, f: [1] })).toBeUndefined();
  expect(paramHeaders(schema({ toString: header('A') }), {})).toBeUndefined();
  expect(paramHeaders({ type: 'object' }, { a: 'x' })).toBeUndefined();
  expect(paramHeaders(schema({ a: header('A') }), { a: 2 ** 60 })).toBeUndefined();
});
