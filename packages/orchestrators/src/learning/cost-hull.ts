/** What a way of answering costs, and how good it is. */
export interface CostPoint {
  /** Mean cost of a task, in US dollars. */
  readonly costUsd: number;
  /** Mean score, 0 to 1. */
  readonly accuracy: number;
}

/**
 * The upper hull of points in the plane of cost and accuracy, non-decreasing: what can be had for a price by drawing between two
 * of them. In order of cost.
 */
export function costHull(points: readonly CostPoint[]): CostPoint[] {
  const sorted = points.toSorted((one, other) => one.costUsd - other.costUsd || other.accuracy - one.accuracy);
  const hull: CostPoint[] = [];
  for (const point of sorted) {
    // Who costs more and is no better is never asked.
    if (point.accuracy <= (hull.at(-1)?.accuracy ?? -Infinity)) continue;
    while (hull.length > 1 && !isBend(hull.at(-2), hull.at(-1), point)) hull.pop();
    hull.push(point);
  }
  return hull;
}

/**
 * RouterBench's average improvement in quality: the area under the hull between the cheapest and the dearest of `range`, divided
 * by its length; at a price below the first point of the hull the accuracy is 0. A range without length gives the best accuracy
 * at its price.
 *
 * @see https://arxiv.org/abs/2403.12031 (read 2026-11-23)
 */
export function averageQuality(points: readonly CostPoint[], range: readonly CostPoint[] = points): number {
  const costs = range.map(({ costUsd }) => costUsd);
  const [low, high] = [Math.min(...costs), Math.max(...costs)];
  const hull = costHull(points);
  const accuracyAt = (cost: number): number => {
    const after = hull.findIndex(({ costUsd }) => costUsd > cost);
    const [left, right] = after < 0 ? [hull.at(-1), undefined] : [hull[after - 1], hull[after]];
    if (left === undefined) return 0;
    if (right === undefined) return left.accuracy;
    const share = (cost - left.costUsd) / (right.costUsd - left.costUsd);
    return left.accuracy + share * (right.accuracy - left.accuracy);
  };
  if (!(high > low)) return accuracyAt(high);
  const bends = [low, ...hull.map(({ costUsd }) => costUsd).filter((cost) => cost > low && cost < high), high];
  let area = 0;
  for (const [at, to] of bends.entries()) {
    const from = bends[at - 1];
    if (from === undefined) continue;
    // Before its first point the hull jumps: there is nothing to its left.
    const start = hull[0] !== undefined && from < hull[0].costUsd ? 0 : accuracyAt(from);
    const end = hull[0] !== undefined && from < hull[0].costUsd ? 0 : accuracyAt(to);
    area += ((start + end) / 2) * (to - from);
  }
  return area / (high - low);
}

/** Whether the middle one lies above the line between the others. */
function isBend(left: CostPoint | undefined, middle: CostPoint | undefined, right: CostPoint): boolean {
  if (left === undefined || middle === undefined) return true;
  const rise = (middle.accuracy - left.accuracy) * (right.costUsd - left.costUsd);
  return rise > (right.accuracy - left.accuracy) * (middle.costUsd - left.costUsd);
}
