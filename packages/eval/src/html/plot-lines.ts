import { axisOf, type Axis, type AxisOptions } from './axis.js';
import { html, type Html } from './html.js';
import { seriesCount } from './palette.js';

/** A point of a plot, with the interval of its height. */
export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  /** Read out, and shown where the pointer rests. */
  readonly title: string;
}

/** Points that belong together: a line is drawn through more than one, unless they stand at names. */
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
  readonly xAxis: AxisOptions;
  /** @defaultValue scores, from 0 to 1 */
  readonly yAxis?: AxisOptions | undefined;
  /** A level to compare with: 0 of a difference, 1 of a ratio, a bar that should hold. */
  readonly level?: { readonly y: number; readonly text: string } | undefined;
}

/** The lines of a plot, and how high they are. */
export interface DrawnPlot {
  readonly body: Html;
  readonly height: number;
}

const top = 12;
const scores: AxisOptions = { kind: 'range', from: 0, to: 1, text: (score) => score.toFixed(2) };
/** What a letter of a name takes, of the smaller text: none is wider but a few capitals. */
const letter = 6.3;

/** Draws values against values, `width` wide; the field of a plot is `field` high, whatever room the names below need. */
export function plotLines(options: PlotOptions, width: number, field = 250): DrawnPlot {
  const { xLabel, yLabel, series, xAxis, yAxis = scores, level } = options;
  const points = series.flatMap((each) => each.points);
  const across = axisOf(
    xAxis,
    points.map(({ x }) => x),
  );
  const up = axisOf(
    yAxis,
    points.flatMap(({ y, high }) => [y, high]),
  );
  const bottom = top + field;
  const names = xAxis.kind === 'names' ? xAxis.names : [];
  const longest = Math.max(0, ...names.map((name) => name.length)) * letter;
  const isSlanted = longest > (width - 90) / names.length;
  const forNames = isSlanted ? longest * 0.57 + 16 : 22;
  // A slanted name ends below its place, and begins to the left of it.
  const left = Math.max(64, isSlanted ? (names[0]?.length ?? 0) * letter * 0.82 - (width - 90) / names.length / 2 : 0);
  const right = width - Math.max(26, (level?.text.length ?? 0) * letter + 10);
  const toX = (x: number): number => round(left + across.share(x) * (right - left));
  const toY = (y: number): number => round(bottom - Math.min(1, Math.max(0, up.share(y))) * field);
  const body = html`<g class="grid">
      ${up.ticks.map(({ at }) => html`<line x1="${left}" x2="${right}" y1="${toY(at)}" y2="${toY(at)}" />`)}
    </g>
    ${level === undefined ? '' : html`<g class="level"><line x1="${left}" x2="${right}" y1="${toY(level.y)}" y2="${toY(level.y)}" /><text x="${right + 5}" y="${toY(level.y) + 4}">${level.text}</text></g>`}
    <g class="axis">
      ${up.ticks.map(({ at, text }) => html`<text x="${left - 8}" y="${toY(at) + 4}" text-anchor="end">${text}</text>`)}
      ${across.ticks.map(({ at, text }) => tickText(text, toX(at), bottom + 18, isSlanted))}
      <text x="${(left + right) / 2}" y="${bottom + forNames + 16}" text-anchor="middle">${xLabel}</text>
      <text transform="translate(13 ${top + field / 2}) rotate(-90)" text-anchor="middle">${yLabel}</text>
    </g>
    ${series.map((each, at) => drawSeries(each, { at, toX, toY, isLine: xAxis.kind !== 'names', shift: shiftOf(at, series, across, xAxis.kind) }))}`;
  return { body, height: Math.round(bottom + forNames + 26) };
}

function tickText(text: string, x: number, y: number, isSlanted: boolean): Html {
  return isSlanted
    ? html`<text transform="translate(${x + 4} ${y - 4}) rotate(-35)" text-anchor="end">${text}</text>`
    : html`<text x="${x}" y="${y}" text-anchor="middle">${text}</text>`;
}

/** Where several series have points at the same place they stand side by side, so that each can be seen. */
function shiftOf(at: number, series: readonly PlotSeries[], { ticks }: Axis, kind: AxisOptions['kind']): number {
  if (kind !== 'names' && kind !== 'doubling') return 0;
  const room = Math.min(kind === 'names' ? 9 : 3, 300 / Math.max(1, ticks.length) / Math.max(1, series.length));
  return round((at - (series.length - 1) / 2) * room);
}

interface SeriesPlace {
  readonly at: number;
  readonly toX: (x: number) => number;
  readonly toY: (y: number) => number;
  readonly isLine: boolean;
  readonly shift: number;
}

function drawSeries({ name, points }: PlotSeries, { at, toX, toY, isLine, shift }: SeriesPlace): Html {
  const sorted = points.toSorted((left, right) => left.x - right.x);
  const xOf = (x: number): number => round(toX(x) + shift);
  const line =
    isLine && sorted.length > 1
      ? html`<polyline points="${sorted.map(({ x, y }) => `${xOf(x)},${toY(y)}`).join(' ')}" />`
      : '';
  return html`<g class="series-${at % seriesCount}"
    >${line}${sorted.map(
      ({ x, y, low, high, title }) =>
        html`<line class="interval" x1="${xOf(x)}" x2="${xOf(x)}" y1="${toY(low)}" y2="${toY(high)}" /><path
            d="${markPath(at, xOf(x), toY(y))}"
            ><title>${name}: ${title}</title></path
          >`,
    )}</g
  >`;
}

/** The mark of a series: a shape of its own too, for those who cannot tell the colours apart. */
export function markPath(series: number, x: number, y: number, size = 4.5): string {
  const [s, corner] = [size, size * 1.15];
  switch (series % 4) {
    case 0:
      return `M${x - s} ${y}a${s} ${s} 0 1 0 ${2 * s} 0a${s} ${s} 0 1 0 ${-2 * s} 0z`;
    case 1:
      return `M${x - s} ${y - s}h${2 * s}v${2 * s}h${-2 * s}z`;
    case 2:
      return `M${x} ${round(y - corner)}L${round(x + corner)} ${y + s}H${round(x - corner)}z`;
    default:
      return `M${x} ${y - 1.3 * s}l${1.3 * s} ${1.3 * s}l${-1.3 * s} ${1.3 * s}l${-1.3 * s} ${-1.3 * s}z`;
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
