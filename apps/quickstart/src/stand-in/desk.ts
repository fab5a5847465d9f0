import type { JsonObject, ToolSchema } from '@tako/core';

import { fillArguments, type ArgumentSource } from './fill-arguments.js';
import type { Conversation, Finding } from './findings.js';
import { readEntries, type Entry } from './read-entries.js';
import { rankTools, type RankedTool } from './rank-tools.js';
import { stem } from './words.js';

/** A tool call that should be made. */
export interface PlannedCall {
  readonly name: string;
  readonly arguments: JsonObject;
  /** The words by which the tool was chosen. */
  readonly because: readonly string[];
}

/**
 * A piece of work that asks for tool calls and goes on with their results. It is run from its beginning at every step,
 * and given the results that are there already: what it asks for must depend on nothing else.
 */
export type Work<Result> = Generator<readonly PlannedCall[], Result, readonly Finding[]>;

/** What a piece of work has before it: the tools, the conversation, and what earlier work was about. */
export class Desk {
  readonly tools: readonly ToolSchema[];
  readonly conversation: Conversation;
  /** Paths that the last piece of work was about, as results name them. */
  subjects: readonly string[] = [];

  constructor(tools: readonly ToolSchema[], conversation: Conversation) {
    this.tools = tools;
    this.conversation = conversation;
  }

  /** The best tool whose arguments can be filled, as a call; `undefined` when none fits. */
  choose(
    words: ReadonlyMap<string, number>,
    source: ArgumentSource,
    suits: (ranked: RankedTool) => boolean = () => true,
  ): PlannedCall | undefined {
    for (const ranked of rankTools(this.tools, words)) {
      if (!suits(ranked)) continue;
      const filled = fillArguments(ranked.tool, source);
      if (filled !== undefined) return { name: ranked.tool.name, arguments: filled, because: ranked.because };
    }
    return undefined;
  }

  /** Files and folders out of a result, by paths as people write them; `undefined` when it is no listing. */
  entries(text: string, folder: string): Entry[] | undefined {
    return readEntries(text, folder)?.map((entry) => ({ ...entry, path: this.#shorten(entry.path) }));
  }

  /** A path without the folder that everything is in. */
  #shorten(path: string): string {
    for (const root of this.conversation.roots) {
      if (path.startsWith(`${root}/`) || path.startsWith(`${root}\\`)) return path.slice(root.length + 1);
    }
    return path;
  }
}

/** Makes one call. */
export function* one(call: PlannedCall): Work<Finding> {
  const [finding] = yield [call];
  if (finding === undefined) throw new Error('the work went on without its result');
  return finding;
}

/** Words that a step of work needs in a tool, by weight 1, over those of the clause by half of theirs. */
export function needing(needed: string, beside: ReadonlyMap<string, number> = new Map()): ReadonlyMap<string, number> {
  const words = new Map([...beside].map(([word, weight]) => [word, weight / 2]));
  for (const word of needed.split(' ')) words.set(stem(word), 1);
  return words;
}

/** Runs a piece of work as far as the results go. @returns what it came to, or the calls it waits for */
export function advance<Result>(
  work: Work<Result>,
  findings: readonly Finding[],
): { readonly done: true; readonly result: Result } | { readonly done: false; readonly calls: readonly PlannedCall[] } {
  const known = new Map(findings.map((finding) => [keyOf(finding), finding]));
  let turn = work.next([]);
  while (turn.done !== true) {
    const found = turn.value.map((call) => known.get(keyOf(call)));
    const calls = turn.value.filter((call) => !known.has(keyOf(call)));
    if (calls.length > 0) return { done: false, calls };
    turn = work.next(found.filter((finding) => finding !== undefined));
  }
  return { done: true, result: turn.value };
}

function keyOf({ name, arguments: input }: Pick<PlannedCall, 'name' | 'arguments'>): string {
  return `${name} ${JSON.stringify(input)}`;
}
