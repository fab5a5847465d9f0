import { invalidOptions, type JsonObject, type JsonValue, type Message } from '@tako/core';

/** Something to be done, and what is known of how it should come out. */
export interface EvalTask {
  /** Names it in reports; no two tasks share one. */
  readonly id: string;
  /** What is asked: a question, or a conversation. */
  readonly input: string | readonly Message[];
  /** What the graders compare with. */
  readonly expected?: JsonValue | undefined;
  readonly metadata?: JsonObject | undefined;
}

/**
 * Tasks from JSON lines, one object a line; empty lines do not count.
 *
 * @throws `invalid` naming the line: no JSON, no `id` or `input`, an id that was there before
 */
export async function* readTasks(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<EvalTask> {
  const seen = new Map<string, number>();
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    const task = readTask(line, number);
    const before = seen.get(task.id);
    if (before !== undefined) throw refused(number, `its id "${shown(task.id)}" is that of line ${before}`);
    seen.set(task.id, number);
    yield task;
  }
}

function readTask(line: string, number: number): EvalTask {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw refused(number, 'it is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused(number, 'it is no object');
  const { id, input, expected, metadata }: { [Field in keyof EvalTask]?: unknown } = value;
  if (typeof id !== 'string' || id === '') throw refused(number, 'id must be a text');
  if (typeof input !== 'string' && !isConversation(input)) {
    throw refused(number, 'input must be a text or a list of messages');
  }
  if (metadata !== undefined && (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata))) {
    throw refused(number, 'metadata must be an object');
  }
  return {
    id,
    input,
    // What JSON.parse gives is JSON.
    ...(expected === undefined ? {} : { expected: expected as JsonValue }),
    ...(metadata === undefined ? {} : { metadata: metadata as JsonObject }),
  };
}

function isConversation(value: unknown): value is readonly Message[] {
  const isMessage = (message: unknown): boolean =>
    typeof message === 'object' &&
    message !== null &&
    'role' in message &&
    'content' in message &&
    Array.isArray(message.content);
  return Array.isArray(value) && value.length > 0 && value.every(isMessage);
}

function refused(line: number, why: string): Error {
  return invalidOptions('readTasks', `line ${line}: ${why}`);
}

function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
