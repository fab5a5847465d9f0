import { invalidOptions } from '@tako/core';

import { preferenceCurve, type PreferenceOptions, type PreferencePoint } from './preference-curve.js';
import type { RoutingTask } from './routing-task.js';

/** What a threshold is to reach: one of the three. */
export type CalibrationTarget =
  /** The most calls that the strong one may get, 0 to 1. */
  | { readonly share: number; readonly usd?: undefined; readonly accuracy?: undefined }
  /** The most that a task may cost in the mean, in US dollars. */
  | { readonly usd: number; readonly share?: undefined; readonly accuracy?: undefined }
  /** The least mean score, for as few strong calls as can be. */
  | { readonly accuracy: number; readonly share?: undefined; readonly usd?: undefined };

/**
 * The threshold for a `thresholdRouter` that comes nearest to a share of strong calls, gives the best score for the money, or
 * reaches a score with the fewest strong calls, on tasks whose outcomes are known.
 *
 * @throws `invalid` where no threshold reaches it; see `preferenceCurve`
 */
export async function calibrate(
  tasks: readonly RoutingTask[],
  options: PreferenceOptions & CalibrationTarget,
): Promise<PreferencePoint> {
  const { points } = await preferenceCurve(tasks, options);
  const { share, usd, accuracy } = options;
  const found = ((): PreferencePoint | undefined => {
    if (share !== undefined) {
      const off = (point: PreferencePoint): number => Math.abs(point.share - share);
      return share >= 0 && share <= 1
        ? points.reduce((one, other) => (off(other) < off(one) ? other : one))
        : undefined;
    }
    if (usd !== undefined) {
      const affordable = points.filter(({ costUsd }) => costUsd <= usd + 1e-12);
      return affordable.length === 0
        ? undefined
        : affordable.reduce((one, other) => (other.accuracy > one.accuracy ? other : one));
    }
    return points.find((point) => point.accuracy >= accuracy - 1e-12);
  })();
  if (found !== undefined) return found;
  const wanted =
    share === undefined ? (usd === undefined ? `a score of ${accuracy}` : `$${usd} a task`) : `a share of ${share}`;
  throw invalidOptions('calibrate', `no threshold reaches ${wanted}`);
}
