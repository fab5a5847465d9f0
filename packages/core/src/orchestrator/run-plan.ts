/** One step of a plan. */
export interface PlanStep {
  /** Who does it, by name. */
  readonly worker: string;
  /** What it is told to do. */
  readonly task: string;
  /** The earlier steps whose results it may read, by number: 1 is the first, 0 the answer of the round before. */
  readonly reads: readonly number[];
}

/** What a coordinator wants to be done. Steps run as soon as what they read is there; the last one's result is the answer. */
export interface RunPlan {
  /** Why, in the coordinator's words. */
  readonly reasoning?: string | undefined;
  readonly steps: readonly PlanStep[];
}
