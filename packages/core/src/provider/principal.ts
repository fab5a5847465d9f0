import type { JsonValue } from '../json.js';

/** Who a request is made for. */
export interface Principal {
  /** The organisation that pays. */
  readonly tenantId: string;
  readonly userId: string;
  readonly roles: readonly string[];
  /** Further claims about the user, as an authenticator found them. */
  readonly claims?: { readonly [name: string]: JsonValue } | undefined;
}

/** The principal of calls that name none: tenant and user `anonymous`, no roles. */
export const anonymous: Principal = { tenantId: 'anonymous', userId: 'anonymous', roles: [] };
