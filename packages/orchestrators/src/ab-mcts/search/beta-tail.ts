import type { BetaParams } from './belief.js';
import type { Sampler } from './sampler.js';

/** How likely a draw from this belief is nearer to 1 than `gap`: the regularised incomplete beta function I(gap; b, a). */
export function betaTail({ a, b }: BetaParams, gap: number): number {
  if (gap <= 0) return 0;
  if (gap >= 1) return 1;
  const front = Math.exp(b * Math.log(gap) + a * Math.log1p(-gap) - logBeta(a, b));
  // The fraction converges fast on one side of the mean, and the other side is its mirror image.
  return gap < (b + 1) / (a + b + 2)
    ? (front * continuedFraction(gap, b, a)) / b
    : 1 - (front * continuedFraction(1 - gap, a, b)) / a;
}

/**
 * How near to 1 a draw comes that is known to come nearer than `gap`.
 *
 * @param tail how likely it is to come so near: `betaTail`
 */
export function gapWithin(params: BetaParams, gap: number, tail: number, sampler: Sampler): number {
  const { a, b } = params;
  // On a logarithmic scale the density bends down where a is 1 or more: it is below its tangent at the threshold.
  const slope = b - (Math.max(0, a - 1) * gap) / (1 - gap);
  // With a below 1 it has a peak at 0, which a threshold near 0 must not be measured by.
  const isPeak = a < 1 && b * (1 - gap) < 0.1;
  if (tail > 0.25 || slope <= 0 || isPeak) {
    for (;;) {
      const drawn = 1 - sampler.draw(params);
      if (drawn <= gap) return drawn;
    }
  }
  for (;;) {
    const share = Math.log(1 - sampler.uniform()) / slope;
    const at = gap * Math.exp(share);
    const kept = (b - slope) * share + (a - 1) * (Math.log1p(-at) - Math.log1p(-gap));
    if (Math.log(1 - sampler.uniform()) <= kept) return at;
  }
}

/** Source: the continued fraction of https://dlmf.nist.gov/8.17#v (read 2026-11-23), by Lentz's method. */
function continuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1), tiny);
  let value = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d, tiny);
    c = away(1 + even / c, tiny);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d, tiny);
    c = away(1 + odd / c, tiny);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-12) break;
  }
  return value;
}

function away(value: number, least: number): number {
  return Math.abs(value) < least ? least : value;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** By Stirling's series, after steps up to where it holds to twelve digits: https://dlmf.nist.gov/5.11#i (read 2026-11-23). */
function logGamma(x: number): number {
  let at = x;
  let product = 1;
  for (; at < 8; at++) product *= at;
  const inverse = 1 / (at * at);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1_260 - inverse * (1 / 1_680 - inverse / 1_188)))) / at;
  return (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + series - Math.log(product);
}
