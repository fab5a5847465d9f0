/** The first release of each line with the security fixes of 2026-11. Older lines get no fixes any more. */
const patched: ReadonlyMap<number, readonly [minor: number, patch: number]> = new Map([
  [22, [23, 4]],
  [24, [22, 1]],
  [26, [12, 1]],
]);

/**
 * A warning for a Node that is older than its line's last security release; `undefined` where there is none to give.
 *
 * @param version for example `v24.21.0`
 */
export function nodeWarning(version: string): string | undefined {
  const [major = 0, minor = 0, patch = 0] = version.replace(/^v/, '').split('.').map(Number);
  const fixed = patched.get(major);
  const newest = Math.max(...patched.keys());
  if (fixed === undefined) {
    return major > newest ? undefined : `Node ${version} gets no security fixes any more; use 22, 24 or 26`;
  }
  const isPatched = minor > fixed[0] || (minor === fixed[0] && patch >= fixed[1]);
  return isPatched
    ? undefined
    : `Node ${version} lacks security fixes; use ${major}.${fixed[0]}.${fixed[1]} or a later ${major}`;
}
