import { plotToSvg, type AxisOptions, type PlotOptions, type PlotPoint } from '@tako/eval';

import { inFigures, inPercent, type Interval } from './interval.ts';

/** A plot of an experiment: docs/experiments/<name>.svg. */
export interface Chart {
  /** Begins with the id of the experiment, in lower case. */
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

/** Draws a plot. */
export function chart(name: string, options: PlotOptions): Chart {
  return { name, title: options.title, svg: plotToSvg(options) };
}

/** A figure with its interval, at a place. */
export function pointAt(x: number, interval: Interval): PlotPoint {
  const { value, low, high } = interval;
  return { x, y: value, low, high, title: inFigures(interval) };
}

/** A figure without one. */
export function plainPoint(x: number, value: number): PlotPoint {
  return { x, y: value, low: value, high: value, title: value.toFixed(3) };
}

/** A share with its interval, at a place. */
export function shareAt(x: number, interval: Interval): PlotPoint {
  return { ...pointAt(x, interval), title: inPercent(interval) };
}

/** An axis of shares. */
export const percents: AxisOptions = { kind: 'range', from: 0, to: 1, text: (share) => `${Math.round(100 * share)} %` };
