import { readFileSync } from 'node:fs';

import { Pool } from 'undici';

/** A server under load. */
export interface Target {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly model: string;
  readonly headers: { readonly [name: string]: string };
}

/** What one round of load came to. */
export interface LoadFigures {
  /** Requests, or chunks of streams, each second. */
  readonly perSecond: number;
  /** CPU microseconds of the server for each request. */
  readonly cpuMicroseconds: number;
}

const chunkMark = Buffer.from('data: ');

/** Asks for so many seconds, over so many connections at once. */
export async function load(target: Target, isStream: boolean, connections: number, ms: number): Promise<LoadFigures> {
  const pool = new Pool(target.url, { connections });
  const body = question(target, isStream);
  const untilMs = performance.now() + ms;
  let requests = 0;
  let chunks = 0;
  const startedMs = performance.now();
  const cpuBefore = cpuMs(target.pid);
  const client = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      const { statusCode, body: answer } = await pool.request({ ...body, method: 'POST' });
      if (statusCode !== 200) throw new Error(`${target.name} answered ${statusCode}: ${await answer.text()}`);
      for await (const bytes of answer) if (isStream) chunks += count(bytes as Buffer); // undici gives buffers
      requests++;
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  const cpu = cpuMs(target.pid) - cpuBefore;
  const seconds = (performance.now() - startedMs) / 1_000;
  await pool.close();
  return { perSecond: (isStream ? chunks : requests) / seconds, cpuMicroseconds: (cpu * 1_000) / requests };
}

/** Milliseconds to the first chunk with text, one stream after another: the median. */
export async function firstToken(target: Target, times: number): Promise<number> {
  const pool = new Pool(target.url, { connections: 1 });
  const body = question(target, true);
  const samples: number[] = [];
  for (let time = 0; time < times; time++) {
    const startedMs = performance.now();
    const { body: answer } = await pool.request({ ...body, method: 'POST' });
    let isSeen = false;
    for await (const bytes of answer) {
      if (isSeen || !String(bytes).includes('"content":"0 "')) continue;
      isSeen = true;
      samples.push(performance.now() - startedMs);
    }
  }
  await pool.close();
  return samples.toSorted((left, right) => left - right).at(samples.length >> 1) ?? Number.NaN;
}

/** Peak memory of a process, in MB. */
export function peakMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}

/** CPU time of a process with all its threads; Linux counts in hundredths of a second. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

interface Question {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

function question({ model, headers }: Target, isStream: boolean): Question {
  const messages = [
    { role: 'system', content: 'You are terse.' },
    { role: 'user', content: 'x'.repeat(500) },
  ];
  return {
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      model,
      messages,
      stream: isStream,
      ...(isStream ? { stream_options: { include_usage: true } } : {}),
    }),
  };
}

function count(bytes: Buffer): number {
  let found = 0;
  for (let at = bytes.indexOf(chunkMark); at !== -1; at = bytes.indexOf(chunkMark, at + 1)) found++;
  return found;
}
