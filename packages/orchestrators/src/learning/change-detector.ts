/** How much of a difference is not yet one. */
const slack = 0.15;
/** So much has to add up before it is called a change: by chance alone that takes some thousand outcomes. */
const threshold = 5;

/** Notices when outcomes stop being what was expected of them: Page's cumulative sums, for worse and for better. */
export class ChangeDetector {
  #worse = 0;
  #better = 0;

  /** @returns whether the outcomes so far are a change; it begins anew then */
  sees(surprise: number): boolean {
    this.#worse = Math.max(0, this.#worse - surprise - slack);
    this.#better = Math.max(0, this.#better + surprise - slack);
    if (Math.max(this.#worse, this.#better) < threshold) return false;
    this.#worse = 0;
    this.#better = 0;
    return true;
  }

  state(): number[] {
    return [this.#worse, this.#better];
  }

  restore(state: unknown): void {
    const [worse, better] = Array.isArray(state) ? state.map(Number) : [];
    this.#worse = worse !== undefined && worse >= 0 && worse < threshold ? worse : 0;
    this.#better = better !== undefined && better >= 0 && better < threshold ? better : 0;
  }
}
