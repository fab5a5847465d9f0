import type { ToolBench } from '../tool-bench.js';

/** A case before it knows what it is run against. */
export interface ToolCase {
  readonly name: string;
  readonly run: (bench: ToolBench) => Promise<void>;
}
