import type { JsonValue } from '@tako/core';

import type { SearchTree } from './search-tree.js';

/** Where the next answer is to be made, and by whom. */
export interface Expansion {
  /** The answer to refine; -1 for a fresh one. */
  readonly parent: number;
  readonly generator: string;
}

/** What a policy knows when it chooses. */
export interface PolicyView {
  readonly tree: SearchTree;
  /** Who can make answers now, at least one, in the order given. */
  readonly generators: readonly string[];
  /** Answers that are being made right now. */
  readonly running: readonly Expansion[];
}

/** Decides where a search goes on. */
export interface SearchPolicy {
  choose(view: PolicyView): Expansion;
  /** Takes in an answer that has just been added to the tree. */
  added(tree: SearchTree, id: number): void;
  /** What it knows besides the tree, as plain JSON, for policies that know more. */
  state?: (() => JsonValue) | undefined;
}
