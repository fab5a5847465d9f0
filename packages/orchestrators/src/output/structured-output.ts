import { jsonSchemaOf, type Schema, type SchemaOutput } from '@tako/core';

import { OutputPlan } from './output-plan.js';

/** The form that an answer shall have: what `structuredOutput` makes. */
export interface StructuredOutput<Output> {
  /** How one run asks for the output and reads it. The turn loop calls it once a run. */
  readonly plan: () => OutputPlan;
  /** The type of the output; there is no such value. */
  readonly '~output'?: Output | undefined;
}

/**
 * Binds an agent's answer to a schema, Standard Schema or JSON Schema; `result.output` is the validated value.
 *
 * ```ts
 * const agent = new SingleAgent({ provider, output: structuredOutput(z.object({ umbrella: z.boolean() })) });
 * ```
 *
 * Where the vendor certainly cannot bind an answer to a schema (or not while tools are offered), the model hands in its
 * output through a tool `final_answer`; where it has no tools either, it is asked for JSON in plain words. Both are told by a
 * `warning` event. It is a function of its own so that agents without it do not carry it in their bundle.
 *
 * @throws `invalid` when the schema has no JSON Schema form.
 */
export function structuredOutput<const S extends Schema>(schema: S): StructuredOutput<SchemaOutput<S>> {
  const json = jsonSchemaOf(schema, 'structuredOutput');
  return { plan: () => new OutputPlan(schema, json) };
}
