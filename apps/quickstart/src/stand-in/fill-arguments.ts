import type { JsonObject, JsonValue, ToolSchema } from '@tako/core';

import type { NumberMention } from './mentions.js';
import { parametersOf, type Parameter } from './parameters.js';
import type { Clause } from './read-clauses.js';
import { wordsOf } from './words.js';

/** Where arguments come from. */
export interface ArgumentSource {
  readonly clause: Clause;
  /** Paths to use, in order: those that the clause names, or those that earlier results brought. */
  readonly paths: readonly string[];
  /** The pattern to search for. */
  readonly glob?: string | undefined;
}

/** Folders that nobody means who asks about their own files. */
const leftOut = ['node_modules', '.git'];

/** Fills the arguments of a tool; `undefined` when a required one cannot be filled. Optional ones are filled when named. */
export function fillArguments({ name, inputSchema }: ToolSchema, source: ArgumentSource): JsonObject | undefined {
  const paths = [...source.paths];
  const parameters = parametersOf(inputSchema);
  const numbers = dealNumbers(parameters, source.clause.numbers);
  const filled: { [key: string]: JsonValue } = {};
  for (const parameter of parameters) {
    const value = parameter.type === 'number' ? numbers.get(parameter) : fill(parameter, name, source, paths);
    if (value !== undefined) filled[parameter.name] = value;
    else if (parameter.required) return undefined;
  }
  return filled;
}

/** Whether a tool takes the path of a file or folder. */
export function takesPath({ inputSchema }: ToolSchema): boolean {
  return parametersOf(inputSchema).some((parameter) => parameter.required && isPath(parameter));
}

function fill(parameter: Parameter, toolName: string, source: ArgumentSource, paths: string[]): JsonValue | undefined {
  const { clause, glob = clause.glob } = source;
  const { type, choices, required } = parameter;
  if (choices.length > 0) return choices.find((choice) => says(clause, choice));
  if (type === 'boolean')
    return wordsOf(parameter.name).every((word) => clause.words.get(word) === 1) ? true : undefined;
  if (type === 'strings') {
    if (/^(?:exclude|ignore)/i.test(parameter.name)) return leftOutOf(paths.at(-1) ?? source.paths.at(-1));
    return isPath(parameter) && paths.length > 0 ? paths.splice(0) : undefined;
  }
  if (type !== 'string') return undefined;
  if (parameter.isUrl) return clause.urls[0];
  if (/pattern|glob/i.test(parameter.name)) return glob ?? (required ? clause.quoted[0] : undefined);
  if (isPath(parameter)) return required ? paths.shift() : undefined;
  return required
    ? (clause.quoted.find((text) => !source.paths.includes(text)) ?? tail(clause, toolName, parameter))
    : undefined;
}

function isPath({ name }: Parameter): boolean {
  return /path|file|folder|dir(?:ectory)?$|^source$|^destination$/i.test(name) && !/pattern/i.test(name);
}

/** Patterns that keep a search out of `leftOut`, unless it begins in there. */
function leftOutOf(path: string | undefined): string[] | undefined {
  const patterns = leftOut.filter((folder) => path === undefined || !path.split(/[/\\]/).includes(folder));
  return patterns.length === 0 ? undefined : patterns.map((folder) => `**/${folder}`);
}

function says({ text }: Clause, choice: string): boolean {
  const at = text.toLowerCase().indexOf(choice.toLowerCase());
  if (at < 0) return false;
  const around = `${text[at - 1] ?? ' '}${text[at + choice.length] ?? ' '}`;
  return !/[\p{L}\p{N}]/u.test(around);
}

/**
 * What follows the words of the tool and of the argument in the clause: "echo hello" says `hello`, "research the topic of
 * squids" says `squids`.
 */
function tail({ text }: Clause, toolName: string, parameter: Parameter): string | undefined {
  const own = new Set([...wordsOf(toolName), ...wordsOf(parameter.name)]);
  let end: number | undefined;
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    if (wordsOf(word).some((root) => own.has(root))) end = index + word.length;
    else if (end !== undefined && !linking.test(word)) break;
  }
  const rest = end === undefined ? /\b(?:about|on|that|say|repeat)\s+(.+)$/i.exec(text)?.[1] : text.slice(end);
  const said = rest?.replace(/^[\s:,]*(?:(?:of|on|about|back)\b[\s:]*)?/i, '').replace(/[\s?!.]+$/, '');
  return said === '' ? undefined : said;
}

/** Words that may stand between a tool's word and its argument's. */
const linking = /^(?:the|a|an|of|on|about)$/i;

/**
 * Deals the numbers of a clause out to the arguments: each to the one whose words stand beside it, the rest in order to
 * the required ones. An optional argument never gets a number that nothing connects it with.
 */
function dealNumbers(
  parameters: readonly Parameter[],
  mentions: readonly NumberMention[],
): ReadonlyMap<Parameter, number> {
  const dealt = new Map<Parameter, number>();
  const left = [...mentions];
  const takers = parameters.filter(({ type }) => type === 'number');
  for (const mention of mentions) {
    const [best] = takers
      .filter((parameter) => !dealt.has(parameter))
      .map((parameter) => ({ parameter, fit: fits(parameter, mention) }))
      .filter(({ fit }) => fit > 0)
      .toSorted((one, other) => other.fit - one.fit);
    if (best === undefined) continue;
    dealt.set(best.parameter, mention.value);
    left.splice(left.indexOf(mention), 1);
  }
  for (const parameter of takers) {
    const next = parameter.required && !dealt.has(parameter) ? left.shift() : undefined;
    if (next !== undefined) dealt.set(parameter, next.value);
  }
  return dealt;
}

function fits({ name, description }: Parameter, { beside }: NumberMention): number {
  const words = new Set([...wordsOf(name), ...wordsOf(description)]);
  return [...beside].filter((word) => words.has(word)).length;
}
