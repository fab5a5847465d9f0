import { TakoError, type Credential } from '@tako/core';

import { readValues, type ReadValuesOptions } from './read-values.js';

/** Headers by name. A value may be a secret or a function; `$ENV:NAME` stands for an environment variable. */
export type HeaderFields = { readonly [name: string]: Credential | undefined };

/** Headers as an option takes them: fixed, or asked for each time. */
export type HeadersOption = HeaderFields | (() => HeaderFields | Promise<HeaderFields>);

/** RFC 9110, sections 5.6.2 and 5.5. */
const legalName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const legalValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * The headers to send now.
 *
 * @throws `auth` when a variable is not set, or a name or value cannot stand in a header; never with a value. What a
 *   function throws.
 */
export async function readHeaders(
  headers: HeadersOption,
  options: Omit<ReadValuesOptions, 'kind'>,
): Promise<ReadonlyMap<string, string>> {
  const fields = typeof headers === 'function' ? await headers() : headers;
  const values = await readValues(fields, { ...options, kind: 'header' });
  for (const [name, value] of values) {
    if (legalName.test(name) && legalValue.test(value)) continue;
    const { source } = options;
    const problem = 'cannot stand in a request; check for line ends and letters beyond Latin-1';
    throw new TakoError('auth', `${source}: header ${JSON.stringify(name.slice(0, 100))} ${problem}`, { source });
  }
  return values;
}
