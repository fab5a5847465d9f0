import { isStandardSchema, type JsonSchema, type Schema } from '@tako/core';

import { jsonSchemaProblem } from './json-schema-problem.js';

/** A value that its schema accepts (and may have transformed), or what is wrong with it. */
export type Checked = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

const maxProblems = 3;

/**
 * Checks a value by its Standard Schema where there is one, else by its JSON Schema.
 *
 * What a schema throws counts as a problem: a broken schema must not end a run.
 */
export async function checkValue(schema: Schema | undefined, json: JsonSchema, value: unknown): Promise<Checked> {
  try {
    if (schema === undefined || !isStandardSchema(schema)) {
      const problem = jsonSchemaProblem(json, value);
      return problem === undefined ? { ok: true, value } : { ok: false, problem };
    }
    const result = await schema['~standard'].validate(value);
    if (result.issues === undefined) return { ok: true, value: result.value };
    return { ok: false, problem: result.issues.slice(0, maxProblems).map(describe).join('; ') };
  } catch (error) {
    return { ok: false, problem: `the schema could not check the value: ${String(error)}` };
  }
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

function describe({ message, path = [] }: Issue): string {
  const keys = path.map((step) => String(typeof step === 'object' ? step.key : step));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
}
