import type { JsonSchema } from '@tako/core';

import { matchesPattern } from './matches-pattern.js';
import { resolvePointer } from './resolve-pointer.js';
import { sameJson } from './same-json.js';

const maxProblems = 3;
/** Deeper than any honest value; a schema that refers to itself without end stops here too. */
const maxDepth = 128;
/** Schemas that refer to themselves twice grow without bound, and the model chooses the value. */
const maxChecks = 1_000_000;

type Fields = { readonly [name: string]: unknown };

interface Check {
  readonly root: JsonSchema;
  readonly value: unknown;
  /** Where the value is, for people: `items.3.name`. */
  readonly at: string;
  readonly depth: number;
  /** What is left of the work that one value is worth. */
  readonly work: { left: number };
  /** What is wrong so far; no more than `maxProblems`. */
  readonly problems: Problem[];
}

interface Problem {
  readonly at: string;
  readonly text: string;
  /** Of a union within a union: what is wrong in the innermost form that comes nearest. */
  readonly cause?: Problem | undefined;
}

/**
 * What is wrong with a value by a JSON Schema (draft 2020-12, and what draft-07 has in common with it), in words that a
 * model can act on.
 *
 * Known are all assertion and applicator keywords but `unevaluated…`, `$dynamicRef` and references to other documents;
 * those, `format` and unknown keywords accept everything.
 *
 * @returns `undefined` when the value is right.
 * @see https://json-schema.org/draft/2020-12/json-schema-validation (read 2026-11-23)
 */
export function jsonSchemaProblem(schema: JsonSchema, value: unknown): string | undefined {
  const problems: Problem[] = [];
  examine(schema, { root: schema, value, at: '', depth: 0, work: { left: maxChecks }, problems });
  return problems.length === 0 ? undefined : problems.map(inWords).join('; ');
}

function examine(schema: unknown, check: Check): void {
  if (check.problems.length === maxProblems) return;
  if (!isFields(schema)) {
    if (schema === false) say(check, 'is not allowed here');
    return;
  }
  const tooDeep = check.depth > maxDepth;
  if (tooDeep || check.work.left-- <= 0) {
    say(check, tooDeep ? 'is nested too deeply' : 'is too complex');
    return;
  }
  const { value } = check;
  examineGenerally(schema, check);
  if (typeof value === 'string') examineText(schema, value, check);
  else if (typeof value === 'number') examineNumber(schema, value, check);
  else if (Array.isArray(value)) examineArray(schema, value, check);
  else if (isFields(value)) examineObject(schema, value, check);
  examineCombined(schema, check);
}

function examineGenerally(schema: Fields, check: Check): void {
  const { type, enum: choices } = schema;
  const types: readonly unknown[] = Array.isArray(type) ? type : type === undefined ? [] : [type];
  if (types.length > 0 && !types.some((name) => hasType(check.value, name))) {
    say(check, `must be ${types.join(' or ')}, not ${typeName(check.value)}`);
  }
  if (Array.isArray(choices) && !choices.some((choice) => sameJson(choice, check.value))) {
    say(check, `must be one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`);
  }
  if ('const' in schema && !sameJson(schema['const'], check.value)) {
    say(check, `must be ${JSON.stringify(schema['const'])}`);
  }
}

function examineText(schema: Fields, value: string, check: Check): void {
  const { minLength, maxLength, pattern } = schema;
  if (minLength !== undefined || maxLength !== undefined) {
    examineSize(Array.from(value).length, minLength, maxLength, 'characters', check);
  }
  if (typeof pattern === 'string' && !matchesPattern(pattern, value)) say(check, `must match ${pattern}`);
}

/** Keywords of numbers: what they ask for, in words, and whether a value has it. */
const bounds: readonly (readonly [keyword: string, words: string, holds: (value: number, bound: number) => boolean])[] =
  [
    ['minimum', 'at least', (value, bound) => value >= bound],
    ['maximum', 'at most', (value, bound) => value <= bound],
    ['exclusiveMinimum', 'more than', (value, bound) => value > bound],
    ['exclusiveMaximum', 'less than', (value, bound) => value < bound],
    ['multipleOf', 'a multiple of', isMultiple],
  ];

function examineNumber(schema: Fields, value: number, check: Check): void {
  for (const [keyword, words, holds] of bounds) {
    const bound = schema[keyword];
    if (typeof bound === 'number' && !holds(value, bound)) say(check, `must be ${words} ${bound}`);
  }
}

function examineArray(schema: Fields, value: readonly unknown[], check: Check): void {
  const { prefixItems, items, contains, minItems, maxItems, minContains = 1, maxContains, uniqueItems } = schema;
  examineSize(value.length, minItems, maxItems, 'items', check);
  // Draft-07 writes the list of schemas as `items`, and what follows it as `additionalItems`.
  const listed: readonly unknown[] = Array.isArray(items) ? items : Array.isArray(prefixItems) ? prefixItems : [];
  const rest = Array.isArray(items) ? schema['additionalItems'] : items;
  for (const [at, item] of value.entries()) {
    const sub = at < listed.length ? listed[at] : rest;
    if (sub !== undefined) examine(sub, below(check, item, at));
  }
  if (contains !== undefined) {
    const found = value.filter((item, at) => fits(contains, below(check, item, at))).length;
    examineSize(found, minContains, maxContains, 'matching items', check);
  }
  if (uniqueItems === true && hasTwins(value, check)) say(check, 'must not hold an item twice');
}

function examineObject(schema: Fields, value: Fields, check: Check): void {
  const { required, properties, patternProperties, additionalProperties, propertyNames } = schema;
  const names = Object.keys(value);
  examineSize(names.length, schema['minProperties'], schema['maxProperties'], 'properties', check);
  examineRequired(required, value, check);
  for (const name of names) {
    const inner = below(check, value[name], name);
    if (propertyNames !== undefined) examine(propertyNames, { ...inner, value: name });
    let known = false;
    if (isFields(properties) && Object.hasOwn(properties, name)) {
      known = true;
      examine(properties[name], inner);
    }
    for (const [pattern, sub] of entriesOf(patternProperties)) {
      if (!matchesPattern(pattern, name)) continue;
      known = true;
      examine(sub, inner);
    }
    if (known) continue;
    if (additionalProperties === false) say(inner, 'is not a known property');
    else examine(additionalProperties, inner);
  }
  for (const keyword of ['dependentRequired', 'dependentSchemas', 'dependencies']) {
    for (const [name, needs] of entriesOf(schema[keyword])) {
      if (!Object.hasOwn(value, name)) continue;
      if (Array.isArray(needs)) examineRequired(needs, value, check);
      else examine(needs, deeper(check));
    }
  }
}

function examineRequired(names: unknown, value: Fields, check: Check): void {
  for (const name of Array.isArray(names) ? names.map(String) : []) {
    if (!Object.hasOwn(value, name)) say(check, `must have the property "${name}"`);
  }
}

function examineCombined(schema: Fields, check: Check): void {
  const { $ref, allOf, anyOf, oneOf, not, if: condition } = schema;
  const inner = deeper(check);
  if (typeof $ref === 'string') examine(resolvePointer(check.root, $ref), inner);
  if (Array.isArray(allOf)) for (const sub of allOf) examine(sub, inner);
  for (const forms of [anyOf, oneOf]) {
    if (!Array.isArray(forms)) continue;
    const problems = forms.map((sub) => firstProblem(sub, inner));
    const fitting = problems.filter((problem) => problem === undefined).length;
    if (fitting === 0) sayNoneFits(problems, inner);
    else if (fitting > 1 && forms === oneOf) {
      say(check, `must fit exactly one of ${forms.length} forms, and fits ${fitting}`);
    }
  }
  if (not !== undefined && fits(not, inner)) say(check, 'has a form that is not allowed');
  if (condition !== undefined) examine(schema[fits(condition, inner) ? 'then' : 'else'], inner);
}

/** Whether two items are equal. Plain ones are found by a set; comparing the others is work that counts. */
function hasTwins(items: readonly unknown[], { work }: Check): boolean {
  const plain = new Set<unknown>();
  const others: unknown[] = [];
  for (const item of items) {
    if (typeof item !== 'object' || item === null) {
      if (plain.has(item)) return true;
      plain.add(item);
      continue;
    }
    for (const other of others) if (work.left-- <= 0 || sameJson(other, item)) return true;
    others.push(item);
  }
  return false;
}

/** Says what is wrong with the form that comes nearest: the one whose problem lies deepest in the value. */
function sayNoneFits(problems: readonly (Problem | undefined)[], check: Check): void {
  const nearest = problems
    .filter((problem) => problem !== undefined)
    .toSorted((left, right) => depthOf(right) - depthOf(left))[0];
  const cause = nearest?.cause ?? nearest;
  const hint = cause === undefined ? '' : ` (nearest: ${inWords(cause)})`;
  say(check, `fits none of ${problems.length} forms${hint}`, cause);
}

function firstProblem(schema: unknown, check: Check): Problem | undefined {
  const problems: Problem[] = [];
  examine(schema, { ...check, problems });
  return problems[0];
}

function depthOf({ at }: Problem): number {
  return at === '' ? 0 : at.split('.').length;
}

function examineSize(size: number, least: unknown, most: unknown, unit: string, check: Check): void {
  if (typeof least === 'number' && size < least) say(check, `must have at least ${least} ${unit}, not ${size}`);
  if (typeof most === 'number' && size > most) say(check, `must have at most ${most} ${unit}, not ${size}`);
}

function fits(schema: unknown, check: Check): boolean {
  return firstProblem(schema, check) === undefined;
}

function say({ at, problems }: Check, text: string, cause?: Problem): void {
  if (problems.length < maxProblems) problems.push({ at, text, cause });
}

function inWords({ at, text }: Problem): string {
  return `${at === '' ? 'the value' : at} ${text}`;
}

function below(check: Check, value: unknown, key: string | number): Check {
  return { ...check, value, at: check.at === '' ? String(key) : `${check.at}.${key}`, depth: check.depth + 1 };
}

function deeper(check: Check): Check {
  return { ...check, depth: check.depth + 1 };
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isFields(value) ? Object.entries(value) : [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function hasType(value: unknown, name: unknown): boolean {
  return name === 'integer' ? Number.isInteger(value) : typeName(value) === name;
}

function isMultiple(value: number, of: number): boolean {
  const times = value / of;
  return Math.abs(times - Math.round(times)) <= 1e-9 * Math.max(1, Math.abs(times));
}
