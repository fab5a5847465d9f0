import { SeededRandom } from '../routers/seeded-random.js';

/** How many rounds at most; on texts it settles long before. */
const rounds = 30;

/**
 * Centres of clusters: k-means, begun as k-means++ does. As many as asked for, or as there are points that differ.
 */
export function kMeans(points: readonly Float32Array[], clusters: number, seed: number): Float32Array[] {
  let centres = spread(points, clusters, new SeededRandom(seed));
  let member = points.map(() => -1);
  for (let round = 0; round < rounds; round++) {
    const nearest = points.map((point) => nearestOf(centres, point));
    if (nearest.every((cluster, at) => cluster === member[at])) break;
    member = nearest;
    centres = centres.map((centre, cluster) => meanOf(points.filter((_, at) => nearest[at] === cluster)) ?? centre);
  }
  return centres;
}

/** The number of the centre nearest to a point. */
export function nearestOf(centres: readonly ArrayLike<number>[], point: ArrayLike<number>): number {
  let best = 0;
  let least = Infinity;
  for (const [at, centre] of centres.entries()) {
    const distance = squaredDistance(centre, point);
    if (distance < least) [best, least] = [at, distance];
  }
  return best;
}

/** Centres that are far from each other: each is drawn by its squared distance from those before. */
function spread(points: readonly Float32Array[], clusters: number, random: SeededRandom): Float32Array[] {
  const first = points[Math.floor(random.next() * points.length)];
  const centres = first === undefined ? [] : [first];
  const distances = points.map((point) => (first === undefined ? 0 : squaredDistance(first, point)));
  while (centres.length < clusters) {
    const total = distances.reduce((sum, distance) => sum + distance, 0);
    if (!(total > 0)) break;
    let left = random.next() * total;
    const drawn = distances.findIndex((distance) => distance > 0 && (left -= distance) < 0);
    // Rounding may leave a little at the end.
    const next = points[drawn >= 0 ? drawn : distances.findLastIndex((distance) => distance > 0)];
    if (next === undefined) break;
    centres.push(next);
    for (const [at, point] of points.entries()) {
      distances[at] = Math.min(distances[at] ?? 0, squaredDistance(next, point));
    }
  }
  return centres;
}

function meanOf(points: readonly Float32Array[]): Float32Array | undefined {
  const [first] = points;
  if (first === undefined) return undefined;
  const sums = new Float64Array(first.length);
  for (const point of points) for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] ?? 0) + (point[at] ?? 0);
  return Float32Array.from(sums, (sum) => sum / points.length);
}

function squaredDistance(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += ((one[at] ?? 0) - (other[at] ?? 0)) ** 2;
  return sum;
}
