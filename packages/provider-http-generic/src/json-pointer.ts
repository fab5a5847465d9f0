import { invalidOptions } from '@tako/core/provider';

/** Finds a value in a JSON document; `undefined` where there is none. */
export type Pointer = (document: unknown) => unknown;

/**
 * Reads a JSON Pointer. Only a document's own properties are found, never what objects inherit.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc6901 (read 2026-11-23).
 *
 * @param where names the option, for the error
 * @throws `invalid` for a text that is no pointer.
 */
export function jsonPointer(text: unknown, where: string): Pointer {
  if (typeof text !== 'string' || !/^(\/([^~]|~[01])*)?$/s.test(text)) {
    throw invalidOptions('httpGeneric', `${where} is no JSON Pointer`);
  }
  const steps = text
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return (document) => {
    let at = document;
    for (const step of steps) {
      if (typeof at !== 'object' || at === null || !isChild(at, step)) return undefined;
      at = (at as Record<string, unknown>)[step]; // its own property, as was just seen
    }
    return at;
  };
}

/** Finds several values at once, by name. A name without a pointer is found nowhere. @throws as `jsonPointer`. */
export function lookup<Name extends string>(
  pointers: { readonly [Key in Name]?: string | undefined },
  where: string,
): (document: unknown) => { readonly [Key in Name]: unknown } {
  const names = Object.keys(pointers) as Name[]; // an object's keys are those of its type, and perhaps more
  const found = names.map((name): [Name, Pointer] => {
    const text = pointers[name];
    return [name, text === undefined ? () => undefined : jsonPointer(text, `${where}.${name}`)];
  });
  return (document) => {
    const values: { [Key in Name]?: unknown } = {};
    for (const [name, pointer] of found) values[name] = pointer(document);
    return values as { readonly [Key in Name]: unknown }; // all names are there
  };
}

function isChild(parent: object, step: string): boolean {
  // `length` is a property of a list too, and no element.
  return (!Array.isArray(parent) || /^(0|[1-9]\d*)$/.test(step)) && Object.hasOwn(parent, step);
}
