import type { VendorAnswer } from '../server/vendor-server.js';

/** A success as Vault puts it: the parts that an answer has besides `data` or `auth` stand in all of them. */
export function success(parts: {
  readonly data?: unknown;
  readonly auth?: unknown;
  readonly leaseS?: number;
}): VendorAnswer {
  const { data = null, auth = null, leaseS = 0 } = parts;
  return { status: 200, body: envelope(data, auth, leaseS) };
}

/** Where there is nothing that can be read: with a body for a version that was deleted, whose metadata is still there. */
export function notFound(data?: object): VendorAnswer {
  return { status: 404, body: data === undefined ? { errors: [] } : envelope(data, null, 0) };
}

/** A failure. Source: https://developer.hashicorp.com/vault/api-docs#error-response (read 2026-11-23). */
export function failure(status: number, ...errors: readonly string[]): VendorAnswer {
  return { status, body: { errors } };
}

/** Done, and nothing to say. */
export const done: VendorAnswer = { status: 204 };

function envelope(data: unknown, auth: unknown, leaseS: number): object {
  return {
    request_id: crypto.randomUUID(),
    lease_id: '',
    renewable: false,
    lease_duration: leaseS,
    data,
    wrap_info: null,
    warnings: null,
    auth,
  };
}
