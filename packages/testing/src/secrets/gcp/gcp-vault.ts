import type { VendorAnswer, VendorRequest } from '../server/vendor-server.js';
import { crc32c } from './crc32c.js';

/** The secrets of a fake Secret Manager. */
export interface GcpSecrets {
  /** Adds a version. @returns its number as text */
  set(name: string, value: string | Uint8Array): string;
  /** Turns a version off. */
  disable(name: string, version: string): void;
  /** Names that the caller may not read. */
  readonly forbidden: Set<string>;
}

interface Version {
  readonly number: string;
  readonly data: Uint8Array;
  enabled: boolean;
}

const path =
  /^\/v1\/(projects\/([^/]+)(?:\/locations\/[^/]+)?)\/secrets(?:\/([A-Za-z0-9_-]{1,255}))?(?:\/versions\/([A-Za-z0-9_-]+))?(?::(\w+))?$/;

/**
 * Access, add version and create of Secret Manager's REST API.
 *
 * Source: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access (read 2026-11-23).
 */
export function gcpVault(projectId: string): {
  readonly secrets: GcpSecrets;
  readonly answer: (request: VendorRequest) => VendorAnswer;
} {
  const all = new Map<string, Version[]>();
  const forbidden = new Set<string>();

  function set(name: string, value: string | Uint8Array): string {
    const versions = all.get(name) ?? [];
    const number = `${versions.length + 1}`;
    const data = typeof value === 'string' ? Buffer.from(value) : value;
    all.set(name, [...versions, { number, data, enabled: true }]);
    return number;
  }

  function access(parent: string, name: string, wanted: string): VendorAnswer {
    const versions = all.get(name) ?? [];
    const found = wanted === 'latest' ? versions.at(-1) : versions.find(({ number }) => number === wanted);
    const shown = `${parent}/secrets/${name}/versions/${found?.number ?? wanted}`;
    if (forbidden.has(name)) {
      const message = `Permission 'secretmanager.versions.access' denied for resource '${shown}' (or it may not exist).`;
      return failure(403, 'PERMISSION_DENIED', message);
    }
    if (found === undefined) return failure(404, 'NOT_FOUND', `Secret [${shown}] not found or has no versions.`);
    if (!found.enabled) {
      return failure(400, 'FAILED_PRECONDITION', `Secret Version [${shown}] is in DISABLED state.`);
    }
    const payload = { data: Buffer.from(found.data).toString('base64'), dataCrc32c: `${crc32c(found.data)}` };
    return { status: 200, body: { name: shown, payload } };
  }

  function answer({ method, url, body }: VendorRequest): VendorAnswer {
    const [, parent, project, name, version, verb] = path.exec(decodeURIComponent(url.pathname)) ?? [];
    if (parent === undefined) return failure(404, 'NOT_FOUND', 'The requested URL was not found on this server.');
    if (project !== projectId) return failure(403, 'PERMISSION_DENIED', 'Permission denied on resource project.');
    if (method === 'GET' && name !== undefined && version !== undefined && verb === 'access') {
      return access(parent, name, version);
    }
    if (method !== 'POST') return failure(404, 'NOT_FOUND', 'The requested URL was not found on this server.');
    const created = url.searchParams.get('secretId') ?? '';
    if (name === undefined && created !== '') {
      all.set(created, []);
      return { status: 200, body: { name: `${parent}/secrets/${created}`, replication: { automatic: {} } } };
    }
    if (name === undefined || verb !== 'addVersion') return failure(404, 'NOT_FOUND', 'No such method.');
    // The vendor's own client made it.
    const { payload } = JSON.parse(body) as { readonly payload?: { readonly data?: string } };
    const number = set(name, Buffer.from(payload?.data ?? '', 'base64'));
    return { status: 200, body: { name: `${parent}/secrets/${name}/versions/${number}`, state: 'ENABLED' } };
  }

  const secrets: GcpSecrets = {
    set,
    disable(name, version) {
      const found = all.get(name)?.find(({ number }) => number === version);
      if (found !== undefined) found.enabled = false;
    },
    forbidden,
  };
  return { secrets, answer };
}

/** An error of Google's APIs. Source: https://cloud.google.com/apis/design/errors (read 2026-11-23). */
export function failure(code: number, status: string, message: string): VendorAnswer {
  return { status: code, body: { error: { code, message, status } } };
}
