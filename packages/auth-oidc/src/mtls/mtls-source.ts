import { readFile } from 'node:fs/promises';

import { invalidOptions, isTakoError, TakoError } from '@tako/core';

import { clientIdentity, type ClientIdentity, type MtlsIdentity } from './client-identity.js';

/** Where the client certificate comes from. */
export type MtlsSource =
  | MtlsIdentity
  /** Paths of files in PEM form. They may be links, and links to links, as Kubernetes mounts secrets. */
  | { readonly certFile: string; readonly keyFile: string }
  | { readonly pemFile: string }
  | (() => MtlsIdentity | Promise<MtlsIdentity>);

/** Gets the identity anew. */
export interface IdentityLoader {
  /** Whether there is something to ask: an identity that was passed as such never changes by itself. */
  readonly kind: 'fixed' | 'files' | 'function';
  /** @throws `invalid` for a bad identity, `transport` when it cannot be had; never with any of it */
  load(): Promise<ClientIdentity>;
}

/** @throws `invalid` when it is none of the shapes */
export function identityLoader(given: MtlsSource, source: string): IdentityLoader {
  const cannot = (why: string): Error =>
    new TakoError('transport', `${source}: the client certificate cannot be had${why}`, { source });

  if (typeof given === 'function') {
    return {
      kind: 'function',
      async load() {
        let identity: MtlsIdentity;
        try {
          identity = await given();
        } catch (error) {
          throw isTakoError(error) ? error : cannot(': its function failed'); // what it threw may quote the key
        }
        return clientIdentity(identity, source);
      },
    };
  }
  if (typeof given !== 'object' || given === null)
    throw invalidOptions(source, 'introspection.mtls is none of its shapes');
  const paths = pathsOf(given);
  if (paths === undefined) {
    const fixed = given as MtlsIdentity; // it names no file; clientIdentity looks at it
    return { kind: 'fixed', load: async () => clientIdentity(fixed, source) };
  }
  if (Object.values(paths).some((path: unknown) => typeof path !== 'string' || path === '')) {
    throw invalidOptions(source, 'introspection.mtls needs pemFile, or certFile and keyFile');
  }
  const read = async (path: string): Promise<string> => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
      throw cannot(`: a file cannot be read${code}`);
    }
  };
  return {
    kind: 'files',
    async load() {
      if ('pem' in paths) return clientIdentity({ pem: await read(paths.pem) }, source);
      const [cert, key] = await Promise.all([read(paths.cert), read(paths.key)]);
      // Read while one of them had been replaced already: they do not fit each other, and the old identity stays.
      return clientIdentity({ cert, key }, source);
    },
  };
}

function pathsOf(
  given: Exclude<MtlsSource, () => unknown>,
): { readonly pem: string } | { readonly cert: string; readonly key: string } | undefined {
  if ('pemFile' in given) return { pem: given.pemFile };
  return 'certFile' in given ? { cert: given.certFile, key: given.keyFile } : undefined;
}
