import { groupBy } from '../group-by.js';
import type { DrawnNode } from '../report.js';
import { html, type Html } from './html.js';

const row = 24;
const margin = 12;
/** By how much an answer is set in from the one above it, in pixels: less in a deep tree. */
const inset = { least: 8, most: 22, all: 200 };
/** A search of ten thousand answers cannot be read as a picture. */
const mostNodes = 300;
/** Of a name, so many characters are beside its node. */
const mostLetters = 40;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** A search tree as SVG: the question on top, an answer to a row, below and to the right of what it refines. */
export function drawTree(nodes: readonly DrawnNode[]): Html {
  const shown = nodes.slice(0, mostNodes);
  const above = parentsOf(shown);
  const places = placesOf(shown, above);
  const onWay = wayToChosen(shown, above);
  const at = (id: number | undefined): Place => places.get(id) ?? { x: margin, y: margin };
  const width = Math.max(...shown.map(({ id, label }) => at(id).x + 60 + 8 * short(label).length), 120);
  const height = 2 * margin + shown.length * row;
  const left = nodes.length - shown.length;
  return html`<p class="faint">
      An answer to a row, below what it refines: the higher its score, the fuller its colour. The thick ring is the
      answer that was given, the thick line the way to it; a dashed ring had no score.
    </p>
    <div class="scroll" tabindex="0">
      <svg
        class="tree"
        width="${Math.round(width)}"
        height="${height}"
        viewBox="0 0 ${Math.round(width)} ${height}"
        role="img"
        aria-label="search tree of ${nodes.length} answers"
      >
        ${shown
          .toSorted((one, other) => Number(onWay.has(one.id)) - Number(onWay.has(other.id)))
          .map(({ id }) => drawEdge(at(above.get(id)), at(id), onWay.has(id)))}
        <circle class="root" cx="${at(undefined).x}" cy="${at(undefined).y}" r="6" />
        <text x="${at(undefined).x + 14}" y="${at(undefined).y + 4}">the question</text>
        ${shown.map((node) => drawNode(node, at(node.id)))}
      </svg>
    </div>
    ${left > 0 ? html`<p class="faint">${left} further answers are not drawn.</p>` : ''}`;
}

/** What each answer hangs under; `undefined` for the question, and for what is not drawn. */
function parentsOf(nodes: readonly DrawnNode[]): ReadonlyMap<number, number | undefined> {
  const ids = new Set(nodes.map(({ id }) => id));
  return new Map(
    nodes.map(({ id, parent }) => [id, parent !== undefined && ids.has(parent) ? parent : undefined] as const),
  );
}

/** Rows from the top down, each answer with all below it before the next one beside it. */
function placesOf(
  nodes: readonly DrawnNode[],
  above: ReadonlyMap<number, number | undefined>,
): ReadonlyMap<number | undefined, Place> {
  const children = groupBy(nodes, ({ id }) => above.get(id));
  const order: { readonly id: number | undefined; readonly depth: number }[] = [];
  // Without recursion: a line of refinements can be long.
  const open: { readonly id: number | undefined; readonly depth: number }[] = [{ id: undefined, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    order.push(next);
    for (const { id } of (children.get(next.id) ?? []).toReversed()) open.push({ id, depth: next.depth + 1 });
  }
  const deepest = Math.max(...order.map(({ depth }) => depth));
  const step = Math.max(inset.least, Math.min(inset.most, Math.floor(inset.all / deepest)));
  return new Map(order.map(({ id, depth }, at) => [id, { x: margin + depth * step, y: margin + at * row }] as const));
}

/** The chosen answer, and all that it refines. */
function wayToChosen(nodes: readonly DrawnNode[], above: ReadonlyMap<number, number | undefined>): ReadonlySet<number> {
  const way = new Set<number>();
  for (let at = nodes.find(({ isChosen }) => isChosen)?.id; at !== undefined && !way.has(at); at = above.get(at)) {
    way.add(at);
  }
  return way;
}

function drawEdge(from: Place, to: Place, isOnWay: boolean): Html {
  return html`<path class="${isOnWay ? 'edge way' : 'edge'}" d="M${from.x} ${from.y}V${to.y}H${to.x}" />`;
}

function drawNode({ id, label, score, costUsd, isChosen = false }: DrawnNode, { x, y }: Place): Html {
  const cost = costUsd === undefined ? '' : `, $${costUsd.toFixed(4)}`;
  const words = `${label} (${id})${score === undefined ? ', no score' : `, score ${score.toFixed(2)}`}${cost}${isChosen ? ', chosen' : ''}`;
  const look = score === undefined ? 'failed' : isChosen ? 'node chosen' : 'node';
  return html`<g class="${look}"
    ><title>${words}</title><circle cx="${x}" cy="${y}" r="7" style="--share:${Math.round((score ?? 0) * 100)}%" /><text
      x="${x + 14}"
      y="${y + 4}"
      >${score === undefined ? '×' : score.toFixed(2)} <tspan class="label">${short(label)}</tspan></text
    ></g
  >`;
}

function short(label: string): string {
  return label.length > mostLetters ? `${label.slice(0, mostLetters - 1)}…` : label;
}
