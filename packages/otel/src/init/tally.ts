import {
  ValueType,
  type Attributes,
  type Counter,
  type Histogram,
  type HrTime,
  type MetricOptions,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type CollectionResult,
  type DataPoint,
  type Histogram as HistogramValue,
  type MetricData,
  type MetricDescriptor,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';

/** Measurements with one set of labels. */
type Cells<Cell> = Map<Attributes, Cell & { readonly since: HrTime }>;

interface Distribution {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** One more than there are boundaries. */
  readonly counts: number[];
}

/**
 * Counts and distributions that a reader of the SDK collects beside those of its own meters, as those would be: cumulative,
 * in explicit buckets. It goes by which object the labels are, where the SDK sorts and writes out the labels of each
 * measurement; a model call has eight of them. So the same labels have to be the same object: `LabelSets` makes them.
 */
export class Tally implements MetricProducer {
  readonly #scope: string;
  readonly #resource: Resource;
  readonly #collected: (() => MetricData | undefined)[] = [];

  constructor(scope: string, resource: Resource) {
    this.#scope = scope;
    this.#resource = resource;
  }

  createCounter(name: string, options: MetricOptions = {}): Counter {
    const cells: Cells<{ value: number }> = new Map();
    const descriptor = describe(name, options);
    this.#collected.push(() => {
      const dataPoints = pointsOf(cells, ({ value }) => value);
      if (dataPoints.length === 0) return undefined;
      return { descriptor, ...cumulative, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
    });
    return {
      add(value, attributes = none) {
        let cell = cells.get(attributes);
        if (cell === undefined) cells.set(attributes, (cell = { since: now(), value: 0 }));
        if (value > 0) cell.value += value;
      },
    };
  }

  createHistogram(name: string, options: MetricOptions = {}): Histogram {
    const boundaries = options.advice?.explicitBucketBoundaries ?? [];
    const cells: Cells<Distribution> = new Map();
    const descriptor = describe(name, options);
    this.#collected.push(() => {
      const dataPoints = pointsOf<Distribution, HistogramValue>(cells, ({ count, sum, min, max, counts }) => ({
        count,
        sum,
        min,
        max,
        buckets: { boundaries, counts: [...counts] },
      }));
      if (dataPoints.length === 0) return undefined;
      return { descriptor, ...cumulative, dataPointType: DataPointType.HISTOGRAM, dataPoints };
    });
    return {
      record(value, attributes = none) {
        if (!(value >= 0)) return;
        let cell = cells.get(attributes);
        if (cell === undefined) {
          const counts = Array.from({ length: boundaries.length + 1 }, () => 0);
          cells.set(attributes, (cell = { since: now(), count: 0, sum: 0, min: Infinity, max: -Infinity, counts }));
        }
        cell.count++;
        cell.sum += value;
        if (value < cell.min) cell.min = value;
        if (value > cell.max) cell.max = value;
        let bucket = 0;
        for (const boundary of boundaries) {
          if (value <= boundary) break;
          bucket++;
        }
        cell.counts[bucket] = (cell.counts[bucket] ?? 0) + 1;
      },
    };
  }

  collect(): Promise<CollectionResult> {
    const metrics = this.#collected.flatMap((collect) => collect() ?? []);
    const scopeMetrics = metrics.length === 0 ? [] : [{ scope: { name: this.#scope }, metrics }];
    return Promise.resolve({ resourceMetrics: { resource: this.#resource, scopeMetrics }, errors: [] });
  }
}

const none: Attributes = {};
const cumulative = { aggregationTemporality: AggregationTemporality.CUMULATIVE };

function describe(name: string, { unit = '', description = '' }: MetricOptions): MetricDescriptor {
  return { name, unit, description, valueType: ValueType.DOUBLE };
}

function pointsOf<Cell, Value>(cells: Cells<Cell>, valueOf: (cell: Cell) => Value): DataPoint<Value>[] {
  const endTime = now();
  return Array.from(cells, ([attributes, cell]) => ({
    attributes,
    startTime: cell.since,
    endTime,
    value: valueOf(cell),
  }));
}

function now(): HrTime {
  const ms = Date.now();
  return [Math.floor(ms / 1_000), (ms % 1_000) * 1e6];
}
