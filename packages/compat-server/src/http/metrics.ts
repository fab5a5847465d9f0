import type { Usage } from '@tako/core';

/** What is counted of a request that is over. Every field is out of a small set: names that clients make up are none of them. */
export interface CountedRequest {
  readonly route: string;
  /** The id of a model that is served, without options; absent where none was found. */
  readonly model: string | undefined;
  readonly status: number;
  readonly durationMs: number;
  readonly usage: Usage | undefined;
}

const bucketsSeconds = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300];

interface Duration {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** Counts requests, for Prometheus to read. */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #tokens = new Map<string, number>();
  readonly #durations = new Map<string, Duration>();

  count({ route, model = '', status, durationMs, usage }: CountedRequest): void {
    add(this.#requests, labels({ route, model, status: String(status) }), 1);
    if (usage !== undefined) {
      add(this.#tokens, labels({ model, direction: 'input' }), usage.inputTokens);
      add(this.#tokens, labels({ model, direction: 'output' }), usage.outputTokens);
    }
    let duration = this.#durations.get(route);
    if (duration === undefined) {
      duration = { counts: bucketsSeconds.map(() => 0), sum: 0, count: 0 };
      this.#durations.set(route, duration);
    }
    const seconds = durationMs / 1000;
    for (const [at, bucket] of bucketsSeconds.entries()) {
      if (seconds <= bucket) duration.counts[at] = (duration.counts[at] ?? 0) + 1;
    }
    duration.sum += seconds;
    duration.count++;
  }

  /** The text exposition format: https://prometheus.io/docs/instrumenting/exposition_formats/ (read 2026-11-23). */
  text(inFlight: number): string {
    const lines = [
      '# TYPE tako_server_requests_total counter',
      ...Array.from(this.#requests, ([label, value]) => `tako_server_requests_total${label} ${value}`),
      '# TYPE tako_server_tokens_total counter',
      ...Array.from(this.#tokens, ([label, value]) => `tako_server_tokens_total${label} ${value}`),
      '# TYPE tako_server_in_flight gauge',
      `tako_server_in_flight ${inFlight}`,
      '# TYPE tako_server_request_duration_seconds histogram',
    ];
    for (const [route, { counts, sum, count }] of this.#durations) {
      for (const [at, le] of bucketsSeconds.entries()) {
        lines.push(
          `tako_server_request_duration_seconds_bucket${labels({ route, le: String(le) })} ${counts[at] ?? 0}`,
        );
      }
      lines.push(
        `tako_server_request_duration_seconds_bucket${labels({ route, le: '+Inf' })} ${count}`,
        `tako_server_request_duration_seconds_sum${labels({ route })} ${sum}`,
        `tako_server_request_duration_seconds_count${labels({ route })} ${count}`,
      );
    }
    return `${lines.join('\n')}\n`;
  }
}

function add(counts: Map<string, number>, label: string, value: number): void {
  counts.set(label, (counts.get(label) ?? 0) + value);
}

function labels(values: { readonly [name: string]: string }): string {
  const pairs = Object.entries(values).map(([name, value]) => `${name}="${escaped(value)}"`);
  return `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
