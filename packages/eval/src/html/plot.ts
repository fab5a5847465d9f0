import { html, type Html } from './html.js';
import { seriesCount } from './palette.js';
import { markPath, plotLines, type PlotOptions } from './plot-lines.js';

/** Narrow enough that its text can be read on a telephone, where it is scaled down. */
const width = 440;

/** A plot as a figure of a page, with a key of its series. */
export function plot(options: PlotOptions): Html {
  const { title, series } = options;
  const { body, height } = plotLines(options, width);
  return html`<figure>
    <figcaption><strong>${title}</strong></figcaption>
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">${body}</svg>
    <p class="keys">
      ${series.map(
        ({ name }, at) =>
          html`<span class="key"
            ><svg width="12" height="12" aria-hidden="true" class="mark">
              <g class="series-${at % seriesCount}"><path d="${markPath(at, 6, 6)}" /></g></svg
            >${name}</span
          > `,
      )}
    </p>
  </figure>`;
}
