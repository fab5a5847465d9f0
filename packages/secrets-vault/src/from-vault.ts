import { Secret } from '@tako/core';
import { providerError, type VaultAnswer } from '@tako/core/provider';

import { source } from './source.js';

/**
 * The secret in an answer: the field, a text as it is and anything else as JSON; without a field all of them as one JSON object.
 *
 * @param shown the key, for errors
 * @throws `not_found` when there is no such field; `malformed_response` when the answer is none, or holds a number too long.
 */
export function fromVault(answer: VaultAnswer, field: string | undefined, kvVersion: 1 | 2, shown: string): Secret {
  const outer = fieldOf(answer.json, 'data');
  const fields = kvVersion === 1 ? outer : fieldOf(outer, 'data');
  if (!isObject(fields)) {
    throw providerError('malformed_response', `${source}: ${shown}: the answer holds no secret`, { source });
  }
  const value = field === undefined ? fields : fieldOf(fields, field);
  if (value === undefined || value === null) {
    throw providerError('not_found', `${source}: ${shown}: the secret has no such field`, { source });
  }
  return new Secret(typeof value === 'string' ? value : exactJson(value, shown));
}

/** JSON of a value, unless it holds a number that JavaScript has already rounded. */
function exactJson(value: unknown, shown: string): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'number' || Number.isSafeInteger(part) || (Number.isFinite(part) && !Number.isInteger(part))) {
      return part;
    }
    const why = 'it holds a number that is too long to be read exactly; store it as a text';
    throw providerError('malformed_response', `${source}: ${shown}: ${why}`, { source });
  });
}

/** A field of a JSON object; never what every object inherits. */
export function fieldOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
