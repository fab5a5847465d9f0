/** The node above the first answers: the question itself. */
export const root = -1;

/** An answer. Its number is its place in the order in which answers were told. */
export interface SearchNode {
  /** The number of the answer that it refines; -1 for a fresh one. */
  readonly parent: number;
  /** Who made it. */
  readonly generator: string;
  /** 0 to 1. */
  readonly score: number;
  /** The trial that made it. */
  readonly trial: number;
}

/** Answers, and which of them refine which. */
export class SearchTree {
  readonly #nodes: SearchNode[] = [];
  /** Children in the order of telling; the root's stand at -1. */
  readonly #children = new Map<number, number[]>();
  readonly #depths: number[] = [];
  #best = root;

  get nodes(): readonly SearchNode[] {
    return this.#nodes;
  }

  /** The node with the highest score, the first of several; -1 for an empty tree. */
  get best(): number {
    return this.#best;
  }

  /** @returns the number of the new node */
  add(node: SearchNode): number {
    const id = this.#nodes.push(node) - 1;
    const siblings = this.#children.get(node.parent);
    if (siblings === undefined) this.#children.set(node.parent, [id]);
    else siblings.push(id);
    this.#depths.push(this.depth(node.parent) + 1);
    if (node.score > this.score(this.#best)) this.#best = id;
    return id;
  }

  node(id: number): SearchNode | undefined {
    return this.#nodes[id];
  }

  /** The score of a node; below every score for the root. */
  score(id: number): number {
    return this.#nodes[id]?.score ?? -1;
  }

  parent(id: number): number {
    return this.#nodes[id]?.parent ?? root;
  }

  children(id: number): readonly number[] {
    return this.#children.get(id) ?? [];
  }

  /** Answers above this one: 0 for a fresh one, -1 for the root. */
  depth(id: number): number {
    return this.#depths[id] ?? -1;
  }

  /** The node and all above it, up to the root, which is left out. */
  *lineage(id: number): Generator<number> {
    for (let at = id; at !== root; at = this.parent(at)) yield at;
  }
}
