import { html, Html } from './html.js';
import { palette, plotRules, seriesCount } from './palette.js';
import { markPath, plotLines, type PlotOptions } from './plot-lines.js';

const width = 720;
const edge = { side: 16, top: 34, row: 20 };
const letter = 7.2;

/**
 * A plot as an SVG file that stands by itself, with its title and a key of its series: light or dark, as whoever looks at it
 * prefers, on a ground of its own. It loads nothing.
 */
export function plotToSvg(options: PlotOptions): string {
  const { title, series } = options;
  const { body, height } = plotLines(options, width - 2 * edge.side, 280);
  const keys = keyPlaces(series.length > 1 ? series.map(({ name }) => name) : []);
  const rows = Math.max(0, ...keys.map(({ row }) => row + 1));
  const whole = edge.top + height + rows * edge.row + edge.side;
  const svg = html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${width} ${whole}"
    width="${width}"
    height="${whole}"
    role="img"
    aria-label="${title}"
  >
    <style>
      ${styles}
    </style>
    <rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${whole - 1}" rx="8" />
    <text class="title" x="${edge.side}" y="25">${title}</text>
    <g transform="translate(${edge.side} ${edge.top})">${body}</g>
    ${series.map(({ name }, at) => {
      const place = keys[at];
      if (place === undefined) return html``;
      const { x, row } = place;
      const y = edge.top + height + row * edge.row + 8;
      return html`<g class="series-${at % seriesCount}"
        ><path d="${markPath(at, edge.side + x + 6, y)}" /><text x="${edge.side + x + 16}" y="${y + 4}"
          >${name}</text
        ></g
      >`;
    })}
  </svg>`;
  // A file that is kept in a repository: no blanks but those between words.
  return `${svg.text.replaceAll(/\s*\n\s*/g, '\n')}\n`;
}

/** Names side by side, as many as fit into a row. */
function keyPlaces(names: readonly string[]): readonly { readonly x: number; readonly row: number }[] {
  let [x, row] = [0, 0];
  return names.map((name) => {
    const its = 34 + name.length * letter;
    if (x > 0 && x + its > width - 2 * edge.side) [x, row] = [0, row + 1];
    const place = { x, row };
    x += its;
    return place;
  });
}

const colours = (at: 0 | 1): string =>
  Object.entries(palette)
    .map(([name, pair]) => `--${name}: ${pair[at]};`)
    .join(' ');

const styles = new Html(`
:root { color-scheme: light dark; ${colours(0)} }
@media (prefers-color-scheme: dark) { :root { ${colours(1)} } }
text { font-family: system-ui, sans-serif; }
.card { fill: var(--card); stroke: var(--line); }
${plotRules}
svg text.title { font-size: 15px; font-weight: 600; }
`);
