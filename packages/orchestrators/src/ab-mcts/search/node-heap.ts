/** A node as the heap orders it. */
export interface RankedNode {
  readonly id: number;
  readonly score: number;
  readonly depth: number;
}

/** Nodes, the one with the best score first; of equal ones the shallower, of those the older. */
export class NodeHeap {
  readonly #nodes: RankedNode[] = [];

  push(node: RankedNode): void {
    let at = this.#nodes.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#nodes[above];
      if (parent === undefined || !isBefore(node, parent)) break;
      this.#nodes[at] = parent;
      at = above;
    }
    this.#nodes[at] = node;
  }

  /** Takes the first one out. @returns its number; `undefined` where there is none */
  pop(): number | undefined {
    const [first] = this.#nodes;
    const last = this.#nodes.pop();
    if (first === undefined || last === undefined || this.#nodes.length === 0) return first?.id;
    let at = 0;
    for (;;) {
      const left = this.#nodes[2 * at + 1];
      const right = this.#nodes[2 * at + 2];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (child === undefined || !isBefore(child, last)) break;
      this.#nodes[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    this.#nodes[at] = last;
    return first.id;
  }
}

function isBefore(one: RankedNode, other: RankedNode): boolean {
  if (one.score !== other.score) return one.score > other.score;
  return one.depth === other.depth ? one.id < other.id : one.depth < other.depth;
}
