import { TakoError } from '@tako/core';

import type { ResolvedOptions } from './mcp-options.js';

const longestName = 64;

/**
 * The names under which a model sees a server's tools, in the same order: 1 to 64 characters out of `a-z A-Z 0-9 _ -`,
 * and each only once. `undefined` where a tool has the same name as an earlier one and is left out (`rename` only).
 *
 * A name does not depend on its place in the list, so that a history stays valid when the list comes in another order.
 *
 * @throws `invalid` when two come to the same name and `onCollision` is `refuse`.
 */
export function offeredNames(
  names: readonly string[],
  { name: source, prefix, onCollision }: Pick<ResolvedOptions, 'name' | 'onCollision' | 'prefix'>,
): readonly (string | undefined)[] {
  const claims = new Map<string, Set<string>>();
  for (const name of names) {
    const offered = legalName(prefix, name);
    const claimants = claims.get(offered);
    if (claimants === undefined) claims.set(offered, new Set([name]));
    else if (onCollision === 'refuse') throw collision(source, offered, [...claimants, name]);
    else claimants.add(name);
  }
  const used = new Map<string, string>();
  return names.map((name) => {
    const offered = legalName(prefix, name);
    const isShared = (claims.get(offered)?.size ?? 0) > 1 && offered !== prefix + name;
    const chosen = isShared ? withSuffix(offered, name) : offered;
    const owner = used.get(chosen);
    if (owner === name) return undefined;
    if (owner !== undefined) throw collision(source, chosen, [owner, name]);
    used.set(chosen, name);
    return chosen;
  });
}

/** Illegal characters become `_`; what is too long is cut, and told apart by a suffix. */
function legalName(prefix: string, name: string): string {
  const legal = prefix + name.replace(/[^a-zA-Z0-9_-]/g, '_');
  return legal.length <= longestName ? legal : withSuffix(legal, name);
}

function withSuffix(legal: string, name: string): string {
  const suffix = `_${fingerprint(name)}`;
  return legal.slice(0, longestName - suffix.length) + suffix;
}

/** FNV-1a over the name's UTF-16 units, 8 hexadecimal digits. http://www.isthe.com/chongo/tech/comp/fnv (read 2026-11-23) */
function fingerprint(name: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function collision(source: string, offered: string, names: readonly string[]): TakoError {
  const quoted = names.map((name) => `"${name.slice(0, 100)}"`).join(' and ');
  return new TakoError(
    'invalid',
    `${source}: the tools ${quoted} both come to the name "${offered}"; set onCollision to "rename" to keep them apart`,
    { source },
  );
}
