/**
 * How the models of a family think:
 *
 * - `always`: by themselves, and nothing stops them
 * - `default`: by themselves, unless they are told not to
 * - `between_tools`: as `default`, but where told not to, they still write short notes between two tool calls
 * - `adaptive`: when they are told to, as much as they see fit
 * - `budget`: when they are told to, up to so many tokens
 */
type Thinking = 'always' | 'default' | 'between_tools' | 'adaptive' | 'budget';

/** What is known of a family of models. */
export interface Family {
  readonly thinking: Thinking;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** The efforts of `output_config`; none at all where there is no such field. */
  readonly efforts: readonly ('low' | 'medium' | 'high' | 'xhigh')[];
  /** Whether it can be told that it must call a tool, or which one. */
  readonly takesForcedTools: boolean;
  /** Whether an answer can be bound to a schema, and a tool call strictly to its own. */
  readonly takesSchemas: boolean;
  /** Whether it takes `temperature` and `top_p`, in the version of the API that has them. */
  readonly takesSampling: boolean;
}

const efforts = ['low', 'medium', 'high', 'xhigh'] as const;

const newest: Family = {
  thinking: 'always',
  contextTokens: 1_000_000,
  maxOutputTokens: 128_000,
  efforts,
  takesForcedTools: false,
  takesSchemas: true,
  takesSampling: false,
};
const forcible: Family = { ...newest, takesForcedTools: true };
const optional: Family = { ...forcible, thinking: 'default' };
const adaptive: Family = { ...forcible, thinking: 'adaptive' };
const of46: Family = { ...adaptive, efforts: ['low', 'medium', 'high'], takesSampling: true };
const of45: Family = { ...of46, thinking: 'budget', contextTokens: 200_000, maxOutputTokens: 64_000, efforts: [] };
const of4: Family = { ...of45, takesSchemas: false };

/**
 * The models by their names without a date.
 *
 * Sources, all below https://platform.claude.com/docs/en (read 2026-11-23): `models` and the page of each model for context and
 * longest answer; `build-with-claude/thinking-troubleshooting` for thinking; `build-with-claude/effort`;
 * `build-with-claude/structured-outputs`; `whats-new` and `migration-guide` of each model for forced tools and sampling.
 */
const families: { readonly [name: string]: Family | null } = {
  __proto__: null, // no name is found that does not stand here
  'claude-fable-5-1': newest,
  'claude-mythos-5-1': newest,
  'claude-fable-5': forcible,
  'claude-mythos-5': forcible,
  'claude-opus-5-5': newest,
  'claude-sonnet-5-5': { ...newest, thinking: 'between_tools' },
  'claude-haiku-5-5': optional,
  'claude-opus-5': optional,
  'claude-sonnet-5': optional,
  'claude-opus-4-8': adaptive,
  'claude-opus-4-7': adaptive,
  'claude-opus-4-6': of46,
  'claude-sonnet-4-6': of46,
  'claude-opus-4-5': { ...of45, efforts: ['low', 'medium', 'high'] },
  'claude-sonnet-4-5': of45,
  'claude-haiku-4-5': of45,
  'claude-opus-4-1': { ...of4, maxOutputTokens: 32_000 },
  'claude-opus-4': { ...of4, maxOutputTokens: 32_000 },
  'claude-sonnet-4': of4,
};

/** A model's name without the date of its snapshot, which other clouds put behind an `@`. */
export function withoutDate(model: string): string {
  return model.replace(/[-@]\d{8}$/, '');
}

/** What is known of a model by its name; `undefined` for a name that we do not know. */
export function familyOf(model: string): Family | undefined {
  return families[withoutDate(model)] ?? undefined;
}
