import { createHash } from 'node:crypto';
import { open, readFile, truncate } from 'node:fs/promises';

import { invalidOptions } from '@tako/core';

import type { AttemptRecord } from './report.js';
import type { EvalTask } from './task.js';

/** What an evaluation is: attempts of one are none of another's. */
export interface EvalIdentity {
  readonly name: string;
  readonly tasks: readonly EvalTask[];
  readonly candidates: readonly string[];
}

/** A file of attempts. */
export interface AttemptLog {
  /** What was there when it was opened. */
  readonly records: readonly AttemptRecord[];
  add(record: AttemptRecord): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a file of attempts, a line each after a first one that says what they are of. A last line that a kill has cut
 * short is taken away, and its attempt made again.
 *
 * @throws `invalid` for a file of something else
 */
export async function openLog(path: string, identity: EvalIdentity): Promise<AttemptLog> {
  const head = JSON.stringify({ version: 1, evaluation: identity.name, tasks: digest(identity) });
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const [first, ...lines] = whole.split('\n').slice(0, -1);
  if (first !== undefined && first !== head) {
    throw invalidOptions('evaluate', `${path} has attempts of another evaluation; name another file, or delete it`);
  }
  const records = lines.map((line, at) => readRecord(line, path, at + 2));
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
  const file = await open(path, 'a');
  if (first === undefined) await file.write(`${head}\n`);
  // One line after another, however many attempts end at the same time.
  let writing: Promise<unknown> = Promise.resolve();
  return {
    records,
    async add(record) {
      const write = async (): Promise<void> => {
        await file.write(`${JSON.stringify(record)}\n`);
      };
      writing = writing.then(write, write);
      await writing;
    },
    close: () => file.close(),
  };
}

function readRecord(line: string, path: string, number: number): AttemptRecord {
  try {
    const record: AttemptRecord = JSON.parse(line);
    if (typeof record.taskId === 'string' && typeof record.candidate === 'string') return record;
  } catch {
    // said below
  }
  throw invalidOptions('evaluate', `${path}: line ${number} is no attempt`);
}

function digest({ tasks, candidates }: EvalIdentity): string {
  return createHash('sha256').update(JSON.stringify({ tasks, candidates })).digest('hex').slice(0, 16);
}
