/** What is taken where nobody tried anything twice. */
const usual = 10;
/** Where clusters do not differ at all. */
const most = 1_000;
/** Few providers stand out in few clusters, by more than the spread of all says: they are held back by so much less. */
const ease = 3;

/**
 * Like how many outcomes in a cluster a provider's overall mean should count: by how much providers differ from cluster to
 * cluster, held against how much single scores stray (empirical Bayes). What all have in common in a cluster is no difference.
 *
 * @param scores of each cluster, of each provider
 */
export function clusterPriorWeight(scores: readonly (readonly (readonly number[])[])[]): number {
  const members = scores[0]?.length ?? 0;
  const overall = Array.from({ length: members }, (_, member) => meanOf(scores.flatMap((its) => its[member] ?? [])));
  let [count, degrees, squares, noise, between] = [0, 0, 0, 0, 0];
  for (const cluster of scores) {
    const known = cluster
      .map((its, member) => ({ its, off: meanOf(its) - (overall[member] ?? 0) }))
      .filter(({ its }) => its.length > 1);
    const common = meanOf(known.map(({ off }) => off));
    for (const { its, off } of known) {
      const mean = meanOf(its);
      const strayed = its.reduce((sum, score) => sum + (score - mean) ** 2, 0);
      count += its.length;
      degrees += its.length - 1;
      squares += strayed;
      noise += (strayed / (its.length - 1)) * (1 - 1 / known.length);
      between += its.length * (off - common) ** 2;
    }
  }
  if (degrees === 0) return usual;
  const differing = (between - noise) / count;
  return differing > 0 ? Math.min(most, squares / degrees / differing / ease) : most;
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
