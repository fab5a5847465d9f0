import { html, type Html } from './html.js';

/** A point of a plot, with the interval of its height. */
interface PlotPoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  /** Read out, and shown where the pointer rests. */
  readonly title: string;
}

/** Points that belong together: a line is drawn through more than one. */
export interface PlotSeries {
  readonly name: string;
  readonly points: readonly PlotPoint[];
}

/** What is drawn. */
export interface PlotOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly PlotSeries[];
  /** Text of a value on the x axis. */
  readonly xText: (x: number) => string;
}

const size = { width: 560, height: 320, left: 56, right: 20, top: 16, bottom: 46 };

/** A plot as SVG: scores from 0 to 1 against something from 0 on, with intervals, and a key of the series below. */
export function plot({ title, xLabel, yLabel, series, xText }: PlotOptions): Html {
  const xs = series.flatMap(({ points }) => points.map(({ x }) => x));
  const most = niceMost(Math.max(0, ...xs));
  const toX = (x: number): number => round(size.left + (x / most) * (size.width - size.left - size.right));
  const toY = (y: number): number => round(size.height - size.bottom - y * (size.height - size.top - size.bottom));
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return html`<figure>
    <svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${title}">
      <g class="grid">
        ${ticks.map((y) => html`<line x1="${size.left}" x2="${size.width - size.right}" y1="${toY(y)}" y2="${toY(y)}" />`)}
      </g>
      <g class="axis">
        ${ticks.map((y) => html`<text x="${size.left - 8}" y="${toY(y) + 4}" text-anchor="end">${y.toFixed(2)}</text>`)}${ticks.map(
          (share) =>
            html`<text x="${toX(share * most)}" y="${size.height - size.bottom + 18}" text-anchor="middle"
              >${xText(share * most)}</text
            >`,
        )}
        <text x="${(size.left + size.width - size.right) / 2}" y="${size.height - 8}" text-anchor="middle">
          ${xLabel}
        </text>
        <text transform="translate(14 ${(size.top + size.height - size.bottom) / 2}) rotate(-90)" text-anchor="middle">
          ${yLabel}
        </text>
      </g>
      ${series.map((each, at) => drawSeries(each, at, toX, toY))}
    </svg>
    <figcaption>
      <strong>${title}</strong>
      ${series.map(({ name }, at) => html`<span class="key"><i class="series-${at % 6}"></i>${name}</span> `)}
    </figcaption>
  </figure>`;
}

function drawSeries({ points }: PlotSeries, at: number, toX: (x: number) => number, toY: (y: number) => number): Html {
  const sorted = points.toSorted((left, right) => left.x - right.x);
  const line =
    sorted.length > 1 ? html`<polyline points="${sorted.map(({ x, y }) => `${toX(x)},${toY(y)}`).join(' ')}" />` : '';
  return html`<g class="series-${at % 6}"
    >${line}${sorted.map(
      ({ x, y, low, high, title }) =>
        html`<line class="interval" x1="${toX(x)}" x2="${toX(x)}" y1="${toY(low)}" y2="${toY(high)}" /><circle
            cx="${toX(x)}"
            cy="${toY(y)}"
            r="5"
            ><title>${title}</title></circle
          >`,
    )}</g
  >`;
}

/** The next larger one of 1, 2, 4, 10, 20, 40 and so on. */
function niceMost(most: number): number {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 4, 10].find((step) => step * power >= most) ?? 10) * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
