import type { RunEvent } from '@tako/core';

import { activityOf } from './activity.js';
import type { ContestantName } from './arguments.js';

/** How far one of them is. */
export interface Progress {
  readonly name: ContestantName;
  readonly startedMs: number;
  endedMs: number | undefined;
  calls: number;
  /** `undefined` once a call's price is not known. */
  usd: number | undefined;
  /** How it ended, in one word. */
  ending: string | undefined;
  /** The answer, once it is there. */
  answer: string;
  /** What it did, the latest last. */
  readonly lines: string[];
  /** The answer, or the draft, as far as it is there. */
  text: string;
}

export function progressOf(name: ContestantName, nowMs: number): Progress {
  return {
    name,
    startedMs: nowMs,
    endedMs: undefined,
    calls: 0,
    usd: 0,
    ending: undefined,
    answer: '',
    lines: [],
    text: '',
  };
}

/** Takes an event in. @returns what is new, in a few words */
export function follow(progress: Progress, event: RunEvent): string | undefined {
  if (event.type === 'model_call') {
    progress.calls++;
    const { costUsd } = event.call;
    progress.usd = progress.usd === undefined || costUsd === undefined ? undefined : progress.usd + costUsd;
  }
  const inner = event.type === 'branch_event' ? event.event : event;
  if (inner.type === 'text_delta') progress.text += inner.text;
  if (event.type === 'branch_start' || event.type === 'step_start') progress.text = '';
  const line = activityOf(event);
  // A turn in a role is told when it is given out: that it begins is no news.
  const isNews = event.type !== 'branch_start' || progress.lines.at(-1) !== `${event.task}: ${event.name}`;
  if (line === undefined || !isNews) return undefined;
  progress.lines.push(line);
  return line;
}

/** `3 calls · $0.0012 · 1.4 s`. */
export function accountOf({ calls, usd, startedMs, endedMs }: Progress, nowMs: number): string {
  const seconds = ((endedMs ?? nowMs) - startedMs) / 1000;
  return `${calls} ${calls === 1 ? 'call' : 'calls'} · ${inUsd(usd)} · ${seconds.toFixed(1)} s`;
}

export function inUsd(usd: number | undefined): string {
  return usd === undefined ? '$?' : `$${usd.toFixed(usd < 0.1 ? 4 : 2)}`;
}
