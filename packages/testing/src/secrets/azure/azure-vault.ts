import type { Clock } from '@tako/core';

import type { VendorAnswer, VendorRequest } from '../server/vendor-server.js';

/** The secrets of a fake vault. */
export interface AzureVault {
  /** Sets a secret's next version. @returns the version's id, 32 hexadecimal digits */
  set(name: string, value: string): string;
  /** Turns a version off, as an administrator does; without one the latest. */
  disable(name: string, version?: string): void;
  /** Names that the caller may not read. */
  readonly forbidden: Set<string>;
}

interface Version {
  readonly id: string;
  readonly value: string;
  readonly createdS: number;
  enabled: boolean;
}

/**
 * Get Secret and Set Secret of Key Vault.
 *
 * Source: https://learn.microsoft.com/en-us/rest/api/keyvault/secrets/get-secret/get-secret and set-secret (read 2026-11-23).
 */
export function azureVault(clock: Pick<Clock, 'now'>): {
  readonly vault: AzureVault;
  readonly answer: (request: VendorRequest, origin: string) => VendorAnswer;
} {
  const secrets = new Map<string, Version[]>();
  const forbidden = new Set<string>();

  const find = (name: string, id?: string): Version | undefined => {
    const versions = secrets.get(name.toLowerCase()) ?? []; // names are not case-sensitive
    return id === undefined ? versions.at(-1) : versions.find((version) => version.id === id);
  };

  function set(name: string, value: string): string {
    const id = crypto.randomUUID().replaceAll('-', '');
    const version = { id, value, createdS: Math.floor(clock.now() / 1_000), enabled: true };
    secrets.set(name.toLowerCase(), [...(secrets.get(name.toLowerCase()) ?? []), version]);
    return id;
  }

  const bundle = (name: string, { id, value, createdS, enabled }: Version, origin: string): VendorAnswer => ({
    status: 200,
    body: {
      value,
      id: `${origin}/secrets/${name}/${id}`,
      attributes: { enabled, created: createdS, updated: createdS, recoveryLevel: 'Recoverable+Purgeable' },
    },
  });

  function answer(request: VendorRequest, origin: string): VendorAnswer {
    const { method, url, body } = request;
    const [, name, id] = /^\/secrets\/([0-9a-zA-Z-]{1,127})(?:\/([0-9a-f]{32})?)?$/.exec(url.pathname) ?? [];
    if (!/^(?:7\.\d|20\d\d-\d\d-\d\d)$/.test(url.searchParams.get('api-version') ?? '')) {
      return failure(400, 'BadParameter', 'api-version must be specified');
    }
    if (name === undefined) return failure(400, 'BadParameter', 'The request URI contains an invalid name');
    if (forbidden.has(name))
      return failure(403, 'Forbidden', 'The user does not have secrets get permission', 'ForbiddenByRbac');
    if (method === 'PUT' && id === undefined) {
      const { value }: { readonly value?: unknown } = JSON.parse(body) as object; // a test's own request
      set(name, String(value));
    } else if (method !== 'GET') return failure(405, 'MethodNotAllowed', 'The method is not allowed');
    const found = find(name, id);
    if (found === undefined) {
      const message = `A secret with (name/id) ${name}${id === undefined ? '' : `/${id}`} was not found in this key vault.`;
      return failure(404, 'SecretNotFound', message);
    }
    if (!found.enabled) {
      return failure(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled');
    }
    return bundle(name, found, origin);
  }

  const vault: AzureVault = {
    set,
    disable(name, version) {
      const found = find(name, version);
      if (found !== undefined) found.enabled = false;
    },
    forbidden,
  };
  return { vault, answer };
}

function failure(status: number, code: string, message: string, inner?: string): VendorAnswer {
  return {
    status,
    body: { error: { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) } },
  };
}
