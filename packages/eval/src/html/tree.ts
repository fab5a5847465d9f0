import { groupBy } from '../group-by.js';
import type { DrawnNode } from '../report.js';
import { html, type Html } from './html.js';

const step = { x: 46, y: 62, margin: 30 };
/** A search of ten thousand answers cannot be read as a picture. */
const mostNodes = 300;

/** A search tree as SVG: the question on top, answers below what they refine, darker where the score is higher. */
export function drawTree(nodes: readonly DrawnNode[]): Html {
  const shown = nodes.slice(0, mostNodes);
  const ids = new Set(shown.map(({ id }) => id));
  const children = groupBy(shown, ({ parent }) => (parent !== undefined && ids.has(parent) ? parent : undefined));
  const places = new Map<number | undefined, { readonly x: number; readonly y: number }>();
  let leaves = 0;
  let deepest = 0;
  // Children before parents, without recursion: a line of refinements can be long.
  const order: { readonly id: number | undefined; readonly depth: number }[] = [];
  const open: { readonly id: number | undefined; readonly depth: number }[] = [{ id: undefined, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { depth } = next;
    order.push(next);
    for (const { id } of (children.get(next.id) ?? []).toReversed()) open.push({ id, depth: depth + 1 });
  }
  for (const { id, depth } of order) {
    if ((children.get(id) ?? []).length > 0) continue;
    places.set(id, { x: step.margin + leaves * step.x, y: step.margin + depth * step.y });
    leaves++;
  }
  for (const { id, depth } of order.toReversed()) {
    deepest = Math.max(deepest, depth);
    const below = (children.get(id) ?? []).map((child) => places.get(child.id)?.x ?? 0);
    if (below.length === 0) continue;
    const x = ((below[0] ?? 0) + (below.at(-1) ?? 0)) / 2;
    places.set(id, { x, y: step.margin + depth * step.y });
  }
  const width = 2 * step.margin + Math.max(0, leaves - 1) * step.x;
  const height = 2 * step.margin + deepest * step.y;
  const at = (id: number | undefined): { readonly x: number; readonly y: number } => places.get(id) ?? { x: 0, y: 0 };
  const above = ({ parent }: DrawnNode): number | undefined =>
    parent !== undefined && ids.has(parent) ? parent : undefined;
  const left = nodes.length - shown.length;
  return html`<p class="faint">
      Each answer below what it refines, with its score: the higher, the fuller its colour. The thick ring is the answer
      that was given, a dashed one had no score.
    </p>
    <div class="scroll" tabindex="0">
      <svg
        class="tree"
        width="${width}"
        height="${height}"
        viewBox="0 0 ${width} ${height}"
        role="img"
        aria-label="search tree of ${nodes.length} answers"
      >
        ${shown.map((node) => html`<line class="edge" x1="${at(above(node)).x}" y1="${at(above(node)).y}" x2="${at(node.id).x}" y2="${at(node.id).y}" />`)}
        <circle class="root" cx="${at(undefined).x}" cy="${at(undefined).y}" r="8"><title>the question</title></circle>
        ${shown.map((node) => drawNode(node, at(node.id)))}
      </svg>
    </div>
    ${left > 0 ? html`<p class="faint">${left} further answers are not drawn.</p>` : ''}`;
}

function drawNode(
  { id, label, score, costUsd, isChosen = false }: DrawnNode,
  { x, y }: { x: number; y: number },
): Html {
  const cost = costUsd === undefined ? '' : `, $${costUsd.toFixed(4)}`;
  const words = `${label} (${id})${score === undefined ? ', no score' : `, score ${score.toFixed(2)}`}${cost}${isChosen ? ', chosen' : ''}`;
  const look = score === undefined ? 'failed' : isChosen ? 'node chosen' : 'node';
  return html`<g class="${look}"
    ><circle cx="${x}" cy="${y}" r="15" style="--share:${Math.round((score ?? 0) * 100)}%"
      ><title>${words}</title></circle
    ><text x="${x}" y="${y + 4}" text-anchor="middle"
      >${score === undefined ? '×' : score.toFixed(2).replace(/^0/, '')}</text
    ></g
  >`;
}
