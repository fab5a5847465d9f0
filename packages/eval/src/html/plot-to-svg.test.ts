import { expect, test } from 'vitest';

import { axisOf } from './axis.js';
import type { PlotOptions } from './plot-lines.js';
import { plotToSvg } from './plot-to-svg.js';

const point = (x: number, y: number) => ({ x, y, low: y - 0.1, high: y + 0.1, title: `${y}` });
const options: PlotOptions = {
  title: '<script>alert(1)</script> & "more"',
  xLabel: 'calls',
  yLabel: 'score',
  xAxis: { kind: 'doubling', text: String },
  series: [
    { name: 'ours', points: [point(16, 0.5), point(128, 0.9), point(32, 0.7)] },
    { name: '<theirs>', points: [point(16, 0.4)] },
  ],
};

test('a plot is one file that loads nothing, in which text stays text, light or dark', () => {
  const svg = plotToSvg(options);
  expect(svg).toMatch(/^<svg\s/);
  expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/<script|href|https?:|url\(|@import|<theirs>/i);
  expect(svg).toContain('prefers-color-scheme: dark');
  expect(svg).toContain('&#60;theirs&#62;');
  expect(svg.match(/<polyline/g)).toHaveLength(1);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

test('nothing to draw, one point, and equal values make a plot too', () => {
  for (const series of [[], [{ name: 'a', points: [] }], [{ name: 'a', points: [point(1, 0)] }]]) {
    for (const xAxis of [options.xAxis, { text: String }, { kind: 'names', names: ['only'] } as const]) {
      expect(plotToSvg({ ...options, series, xAxis, yAxis: { text: String } })).not.toMatch(/NaN|undefined|Infinity/);
    }
  }
});

test.each([
  [[0, 128], 150, ['0', '50', '100', '150']],
  [[1], 1, ['0', '0.2', '0.4', '0.6', '0.8', '1']],
  [[7.6], 8, ['0', '2', '4', '6', '8']],
  [[], 1, ['0']],
] as const)('an axis for %j goes to %d', (values, most, texts) => {
  const { share, ticks } = axisOf({ text: (value) => String(Math.round(value * 100) / 100) }, values);
  expect([share(0), share(most)]).toEqual([0, 1]);
  expect(ticks.map(({ text }) => text)).toEqual(expect.arrayContaining([...texts]));
});

test('each doubling takes the same room', () => {
  const { share } = axisOf({ kind: 'doubling', text: String }, [16, 32, 64, 128]);
  expect(share(32) - share(16)).toBeCloseTo(share(128) - share(64), 12);
});
