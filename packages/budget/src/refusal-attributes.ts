import type { Attributes, JsonValue, TakoError } from '@tako/core';

/** Which cap refused, and its figures. Not which account: its name would bring a tenant's. */
export function refusalAttributes({ details = {} }: TakoError): Attributes {
  const isFigure = ([name, value]: readonly [string, JsonValue | undefined]): boolean =>
    name === 'cap' || typeof value === 'number';
  // What is kept is a text and numbers.
  return Object.fromEntries(Object.entries(details).filter(isFigure)) as Attributes;
}
