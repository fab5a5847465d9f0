import type { JsonSchema } from '@tako/core';

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
  const problems: string[] = [];
  for (const problem of problemsOf(schema, { root: schema, value, at: '', depth: 0, work: { left: maxChecks } })) {
    problems.push(inWords(problem));
    if (problems.length === maxProblems) break;
  }
  return problems.length === 0 ? undefined : problems.join('; ');
}

function* problemsOf(schema: unknown, check: Check): Generator<Problem, undefined> {
  if (schema === true || !isFields(schema)) {
    if (schema === false) yield say(check, 'is not allowed here');
    return;
  }
  if (check.depth > maxDepth || check.work.left-- <= 0) {
    yield say(check, check.depth > maxDepth ? 'is nested too deeply' : 'is too complex');
    return;
  }
  const { value } = check;
  yield* generalProblems(schema, check);
  if (typeof value === 'string') yield* textProblems(schema, value, check);
  else if (typeof value === 'number') yield* numberProblems(schema, value, check);
  else if (Array.isArray(value)) yield* arrayProblems(schema, value, check);
  else if (isFields(value)) yield* objectProblems(schema, value, check);
  yield* combinedProblems(schema, check);
}

function* generalProblems(schema: Fields, check: Check): Generator<Problem, undefined> {
  const { type, enum: choices } = schema;
  const types: readonly unknown[] = Array.isArray(type) ? type : type === undefined ? [] : [type];
  if (types.length > 0 && !types.some((name) => hasType(check.value, name))) {
    yield say(check, `must be ${types.join(' or ')}, not ${typeName(check.value)}`);
  }
  if (Array.isArray(choices) && !choices.some((choice) => sameJson(choice, check.value))) {
    yield say(check, `must be one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`);
  }
  if ('const' in schema && !sameJson(schema['const'], check.value)) {
    yield say(check, `must be ${JSON.stringify(schema['const'])}`);
  }
}

function* textProblems(schema: Fields, value: string, check: Check): Generator<Problem, undefined> {
  const { minLength, maxLength, pattern } = schema;
  if (minLength !== undefined || maxLength !== undefined) {
    yield* rangeProblems(Array.from(value).length, minLength, maxLength, 'characters', check);
  }
  if (typeof pattern === 'string' && !matches(pattern, value)) yield say(check, `must match ${pattern}`);
}

function* numberProblems(schema: Fields, value: number, check: Check): Generator<Problem, undefined> {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (typeof minimum === 'number' && value < minimum) yield say(check, `must be at least ${minimum}`);
  if (typeof maximum === 'number' && value > maximum) yield say(check, `must be at most ${maximum}`);
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) {
    yield say(check, `must be more than ${exclusiveMinimum}`);
  }
  if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) {
    yield say(check, `must be less than ${exclusiveMaximum}`);
  }
  if (typeof multipleOf === 'number' && !isMultiple(value, multipleOf)) {
    yield say(check, `must be a multiple of ${multipleOf}`);
  }
}

function* arrayProblems(schema: Fields, value: readonly unknown[], check: Check): Generator<Problem, undefined> {
  const { prefixItems, items, contains, minItems, maxItems, minContains = 1, maxContains, uniqueItems } = schema;
  yield* rangeProblems(value.length, minItems, maxItems, 'items', check);
  // Draft-07 writes the list of schemas as `items`, and what follows it as `additionalItems`.
  const listed: readonly unknown[] = Array.isArray(items) ? items : Array.isArray(prefixItems) ? prefixItems : [];
  const rest = Array.isArray(items) ? schema['additionalItems'] : items;
  for (const [at, item] of value.entries()) {
    const sub = at < listed.length ? listed[at] : rest;
    if (sub !== undefined) yield* problemsOf(sub, below(check, item, at));
  }
  if (contains !== undefined) {
    const found = value.filter((item, at) => fits(contains, below(check, item, at))).length;
    yield* rangeProblems(found, minContains, maxContains, 'matching items', check);
  }
  if (uniqueItems === true && hasTwins(value, check)) yield say(check, 'must not hold an item twice');
}

function* objectProblems(schema: Fields, value: Fields, check: Check): Generator<Problem, undefined> {
  const { required, properties, patternProperties, additionalProperties, propertyNames } = schema;
  const names = Object.keys(value);
  yield* rangeProblems(names.length, schema['minProperties'], schema['maxProperties'], 'properties', check);
  for (const name of Array.isArray(required) ? required : []) {
    if (!Object.hasOwn(value, String(name))) yield say(check, `must have the property "${String(name)}"`);
  }
  for (const name of names) {
    const inner = below(check, value[name], name);
    if (propertyNames !== undefined) yield* problemsOf(propertyNames, { ...inner, value: name });
    let known = false;
    if (isFields(properties) && Object.hasOwn(properties, name)) {
      known = true;
      yield* problemsOf(properties[name], inner);
    }
    for (const [pattern, sub] of isFields(patternProperties) ? Object.entries(patternProperties) : []) {
      if (!matches(pattern, name)) continue;
      known = true;
      yield* problemsOf(sub, inner);
    }
    if (known || additionalProperties === undefined) continue;
    if (additionalProperties === false) yield say(inner, 'is not a known property');
    else yield* problemsOf(additionalProperties, inner);
  }
  yield* dependentProblems(schema, value, check);
}

function* dependentProblems(schema: Fields, value: Fields, check: Check): Generator<Problem, undefined> {
  for (const keyword of ['dependentRequired', 'dependentSchemas', 'dependencies']) {
    const dependents = schema[keyword];
    for (const [name, needs] of isFields(dependents) ? Object.entries(dependents) : []) {
      if (!Object.hasOwn(value, name)) continue;
      if (!Array.isArray(needs)) yield* problemsOf(needs, deeper(check));
      else
        for (const need of needs)
          if (!Object.hasOwn(value, String(need))) yield say(check, `must have the property "${String(need)}"`);
    }
  }
}

function* combinedProblems(schema: Fields, check: Check): Generator<Problem, undefined> {
  const { $ref, allOf, anyOf, oneOf, not, if: condition } = schema;
  const inner = deeper(check);
  if (typeof $ref === 'string') yield* problemsOf(resolvePointer(check.root, $ref) ?? true, inner);
  if (Array.isArray(allOf)) for (const sub of allOf) yield* problemsOf(sub, inner);
  if (Array.isArray(anyOf)) {
    const problems = anyOf.map((sub) => firstProblem(sub, inner));
    if (!problems.includes(undefined)) yield noneFits(problems, inner);
  }
  if (Array.isArray(oneOf)) {
    const problems = oneOf.map((sub) => firstProblem(sub, inner));
    const fitting = problems.filter((problem) => problem === undefined).length;
    if (fitting === 0) yield noneFits(problems, inner);
    else if (fitting > 1) yield say(check, `must fit exactly one of ${oneOf.length} forms, and fits ${fitting}`);
  }
  if (not !== undefined && fits(not, inner)) yield say(check, 'has a form that is not allowed');
  if (condition !== undefined) yield* problemsOf(schema[fits(condition, inner) ? 'then' : 'else'] ?? true, inner);
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
function noneFits(problems: readonly (Problem | undefined)[], check: Check): Problem {
  const nearest = problems
    .filter((problem) => problem !== undefined)
    .toSorted((left, right) => depthOf(right) - depthOf(left))[0];
  const cause = nearest?.cause ?? nearest;
  const hint = cause === undefined ? '' : ` (nearest: ${inWords(cause)})`;
  return { ...say(check, `fits none of ${problems.length} forms${hint}`), cause };
}

function firstProblem(schema: unknown, check: Check): Problem | undefined {
  return problemsOf(schema, check).next().value;
}

function depthOf({ at }: Problem): number {
  return at === '' ? 0 : at.split('.').length;
}

function* rangeProblems(
  size: number,
  least: unknown,
  most: unknown,
  unit: string,
  check: Check,
): Generator<Problem, undefined> {
  if (typeof least === 'number' && size < least) yield say(check, `must have at least ${least} ${unit}, not ${size}`);
  if (typeof most === 'number' && size > most) yield say(check, `must have at most ${most} ${unit}, not ${size}`);
}

function fits(schema: unknown, check: Check): boolean {
  return firstProblem(schema, check) === undefined;
}

function say({ at }: Check, text: string): Problem {
  return { at, text };
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

/** A pattern that this engine cannot read accepts everything. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}
