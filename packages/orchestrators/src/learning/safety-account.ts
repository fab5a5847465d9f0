/** Share of what the default would have earned that trying others may cost. */
const allowedLoss = 0.05;
/** So many points may be lost before anything was earned: without them nothing would ever be tried. */
const advance = 5;

/**
 * Keeps trying within bounds, as conservative bandits do: what was earned is held against what the default would have earned, as
 * far as that is known.
 *
 * @see https://arxiv.org/abs/1602.04282 (abstract read 2026-11-23)
 */
export class SafetyAccount {
  /** What others earned beyond what the default would have. */
  #gain = 0;
  /** What the default would have earned so far. */
  #base = 0;

  /** Whether somebody may be tried. */
  allows(): boolean {
    return this.#gain >= -(advance + allowedLoss * this.#base);
  }

  book(score: number, expectedOfDefault: number, isDefault: boolean): void {
    const expected = Math.min(1, Math.max(0, expectedOfDefault));
    this.#base += expected;
    if (isDefault) return;
    // What was gained long ago is no licence for any loss now.
    this.#gain = Math.min(advance, this.#gain + score - expected);
  }

  state(): number[] {
    return [this.#gain, this.#base];
  }

  restore(state: unknown): void {
    const [gain, base] = Array.isArray(state) ? state.map(Number) : [];
    if (gain === undefined || base === undefined || !Number.isFinite(gain) || !(base >= 0)) return;
    [this.#gain, this.#base] = [Math.min(advance, gain), base];
  }
}
