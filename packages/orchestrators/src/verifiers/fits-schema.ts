import { jsonSchemaOf, type Schema, type Verdict } from '@tako/core';

import type { AskingVerifier } from '../asks.js';
import { checkValue } from '../schema/check-value.js';
import { parseJson, parseModelJson } from '../schema/parse-json.js';

/** What `fitsSchema` takes besides the schema. */
export interface FitsSchemaOptions {
  /**
   * Whether the answer must be the JSON alone, without words or a fence around it. Only then can a growing answer be told to
   * be none. @defaultValue false
   */
  readonly bare?: boolean | undefined;
}

/**
 * 1 for an answer that is JSON and fits a schema, Standard Schema or JSON Schema, else 0; the feedback says what is wrong.
 *
 * @throws `invalid` when the schema has no JSON Schema form.
 */
export function fitsSchema(schema: Schema, { bare = false }: FitsSchemaOptions = {}): AskingVerifier {
  const json = jsonSchemaOf(schema, 'fitsSchema');
  const wrong = (problem: string): Verdict => ({
    score: 0,
    feedback: `The answer does not fit its schema: ${problem}`,
  });
  // What an answer of this type begins with.
  const opening = json['type'] === 'object' ? '{' : json['type'] === 'array' ? '[' : undefined;
  return {
    asks: [],
    async verify({ text }) {
      const parsed = bare ? parseJson(text.trim()) : parseModelJson(text);
      if (!parsed.ok) return wrong(parsed.problem);
      const checked = await checkValue(schema, json, parsed.value);
      return checked.ok ? { score: 1 } : wrong(checked.problem);
    },
    verifyPartial({ text }) {
      const first = text.trimStart()[0];
      if (!bare || first === undefined || opening === undefined || first === opening) return undefined;
      return { ...wrong(`it must begin with ${opening}`), isDecided: true };
    },
  };
}
