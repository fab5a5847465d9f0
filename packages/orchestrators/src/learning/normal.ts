import type { SeededRandom } from '../routers/seeded-random.js';

/** A draw from the standard normal distribution (Box and Muller). Its twin is dropped: the generator's state stays one number. */
export function normal(random: SeededRandom): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}
