import { expect, test } from 'vitest';

import { headerProblem, paramHeaders } from './param-headers.js';

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

test.each([
  ['no name', { a: { type: 'string', 'x-mcp-header': '' } }],
  ['a name that is none', { a: { type: 'string', 'x-mcp-header': 'a b' } }],
  ['a name of another type', { a: { type: 'string', 'x-mcp-header': 1 } }],
  ['an object', { a: { type: 'object', 'x-mcp-header': 'A' } }],
  ['a number', { a: { type: 'number', 'x-mcp-header': 'A' } }],
  ['one header twice', { a: { type: 'string', 'x-mcp-header': 'A' }, b: { type: 'string', 'x-mcp-header': 'a' } }],
  ['deeper down', { a: { type: 'object', properties: { b: { type: 'null', 'x-mcp-header': 'B' } } } }],
])('a schema that asks for headers that are not legal has a problem: %s', (_what, properties) => {
  expect(headerProblem({ type: 'object', properties })).toEqual(expect.stringMatching(/^[ab]: /));
});

test('legal headers, none, and a schema that is its own property are no problem', () => {
  const cyclic: Record<string, unknown> = { type: 'object' };
  cyclic['properties'] = { self: cyclic };
  expect(headerProblem(cyclic)).toBeUndefined();
  const properties = { a: { type: 'integer', 'x-mcp-header': 'A' }, b: { type: 'boolean', 'x-mcp-header': 'B' } };
  expect(headerProblem({ type: 'object', properties })).toBeUndefined();
});
