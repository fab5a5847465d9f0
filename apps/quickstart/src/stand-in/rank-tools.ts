import type { ToolSchema } from '@tako/core';

import { parametersOf } from './parameters.js';
import { plainWordsOf, stem, wordsOf } from './words.js';

/** A tool, and how well its words fit. */
export interface RankedTool {
  readonly tool: ToolSchema;
  readonly score: number;
  /** Whether a word fits that was said, not only implied. */
  readonly isSaid: boolean;
  /** The words that fit, as the tool has them, best first. */
  readonly because: readonly string[];
}

/** Weights by the place where a word is found. */
const inName = 3;
const inParameters = 1.5;
const inDescription = 1;
/** What a word of the name costs that nobody asked for. */
const unasked = 0.8;
/** A fit below this is chance. */
const leastScore = 2;

/** Words of tool names that say nothing about what a tool is for. */
const fillers = new Set(['get', 'fetch', 'do', 'run', 'tool'].map(stem));

/**
 * Verbs in a tool's name by which it changes something. Such a tool is chosen only where its verb was said: words that
 * fit by chance must not overwrite a file.
 */
const changingVerbs = new Set(
  'write edit create move delete remove update set put post send append replace rename toggle insert drop'
    .split(' ')
    .map(stem),
);

/** The tools by how well their words fit, best first; those that do not fit are left out. */
export function rankTools(tools: readonly ToolSchema[], words: ReadonlyMap<string, number>): RankedTool[] {
  const known = tools.map(readTool);
  const rarity = (word: string): number => {
    const holders = known.filter(({ all }) => all.has(word)).length;
    return Math.log(2 + known.length / Math.max(1, holders));
  };
  return known
    .filter(({ name }) => [...name].every((word) => !changingVerbs.has(word) || words.has(word)))
    .map((entry) => rate(entry, words, rarity))
    .filter(({ score }) => score >= leastScore)
    .toSorted((left, right) => right.score - left.score);
}

interface ToolWords {
  readonly tool: ToolSchema;
  readonly name: ReadonlySet<string>;
  readonly parameters: ReadonlySet<string>;
  /** All its words: without ending, and with it. */
  readonly all: ReadonlyMap<string, string>;
  readonly deprecated: boolean;
}

function readTool(tool: ToolSchema): ToolWords {
  const name = new Set(wordsOf(tool.name).filter((word) => !fillers.has(word)));
  const parameters = new Set(
    parametersOf(tool.inputSchema).flatMap(({ name: key, description, choices }) => [
      ...wordsOf(key),
      ...wordsOf(description),
      ...choices.flatMap((choice) => wordsOf(choice)),
    ]),
  );
  const { description = '' } = tool;
  const plain = plainWordsOf(`${description} ${tool.name}`);
  const all = new Map([
    ...[...parameters].map((word) => [word, word] as const),
    ...plain.map((word) => [stem(word), word] as const),
  ]);
  return { tool, name, parameters, all, deprecated: /\bdeprecated\b/i.test(description) };
}

function rate(entry: ToolWords, words: ReadonlyMap<string, number>, rarity: (word: string) => number): RankedTool {
  const { tool, name, parameters, all, deprecated } = entry;
  const hits = [...words].flatMap(([word, weight]) => {
    if (!all.has(word)) return [];
    const place = name.has(word) ? inName : parameters.has(word) ? inParameters : inDescription;
    return [{ word, weight, worth: weight * place * rarity(word) }];
  });
  let score = hits.reduce((sum, { worth }) => sum + worth, 0);
  for (const word of name) if (!words.has(word)) score -= unasked;
  if (deprecated) score /= 2;
  const because = hits.toSorted((left, right) => right.worth - left.worth).map(({ word }) => all.get(word) ?? word);
  return { tool, score, because, isSaid: hits.some(({ weight }) => weight === 1) };
}
