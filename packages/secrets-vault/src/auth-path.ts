import { splitSecretKey } from '@tako/core/provider';

import { source } from './source.js';

/** The path at which people log in to an auth method. @throws `invalid` for a mount that is no path. */
export function authPath(mount: string): string {
  const { name } = splitSecretKey(mount, source);
  return `auth/${name.replace(/^\/+|\/+$/g, '')}/login`;
}
