import { user, type ChatRequest, type ToolSchema, type Usage } from '@tako/core';

import type { ProviderUnderTest } from '../provider-under-test.js';
import type { WireAnswer, WirePart } from '../vendor-wire.js';

/** Nothing else in the suite reads like it, so that a quotation of it can be found. */
export const prompt = 'Where does the wild boar of Wuppertal sleep at noon?';

/** A plain question. */
export const question: ChatRequest = { messages: [user(prompt)] };

/** A tool with one argument that is a text. */
export const weather: ToolSchema = {
  name: 'weather',
  description: 'Weather of a city, now',
  inputSchema: {
    type: 'object',
    properties: { city: { type: 'string', description: 'The name of a city' } },
    required: ['city'],
    additionalProperties: false,
  },
};

/** A question with a tool to answer it. */
export const toolQuestion: ChatRequest = { messages: [user(prompt)], tools: [weather] };

/** The usage of most answers. */
export const usage: Usage = { inputTokens: 12, outputTokens: 7 };

/** Text in five deltas, with characters of two, three and four bytes, and one that is made of two. */
export const textAnswer: WireAnswer = {
  parts: [{ type: 'text', deltas: ['Hello', ', wörld', ' 👋🏽', ' 漢字', '.'] }],
  finishReason: 'stop',
  usage,
};

/** The text of `textAnswer`. */
export const textOfTextAnswer = 'Hello, wörld 👋🏽 漢字.';

/** Two calls of one tool, their arguments in pieces. */
export const twoCalls: readonly WirePart[] = [
  { type: 'tool_call', id: 'call_oslo', name: 'weather', deltas: ['{"city"', ':"Os', 'lo"}'] },
  { type: 'tool_call', id: 'call_tokyo', name: 'weather', deltas: ['{"city":"', '東京', ' 🗼"}'] },
];

/** An answer that calls a tool twice. */
export const toolAnswer: WireAnswer = { parts: twoCalls, finishReason: 'tool_calls', usage };

/** Everything that the vendor can say in one answer: reasoning, text, two tool calls. */
export function richAnswer({ lacks = {} }: ProviderUnderTest): WireAnswer {
  const reasoning: readonly WirePart[] =
    lacks.reasoning === undefined ? [{ type: 'reasoning', deltas: ['They want ', 'weather ☂.'] }] : [];
  return {
    parts: [...reasoning, { type: 'text', deltas: ['I lóok ', 'it up 🔎.'] }, ...twoCalls],
    finishReason: 'tool_calls',
    usage,
  };
}

/** The same kinds of parts in as few bytes as may be: some cases send each byte by itself. */
export function briefAnswer({ lacks = {} }: ProviderUnderTest): WireAnswer {
  const reasoning: readonly WirePart[] =
    lacks.reasoning === undefined ? [{ type: 'reasoning', deltas: ['Weather ☂.'] }] : [];
  return {
    parts: [
      ...reasoning,
      { type: 'text', deltas: ['Wärme 🔎'] },
      { type: 'tool_call', id: 'call_oslo', name: 'weather', deltas: ['{"city"', ':"Oslo"}'] },
      { type: 'tool_call', id: 'call_tokyo', name: 'weather', deltas: ['{"city":"東京 🗼"}'] },
    ],
    finishReason: 'tool_calls',
    usage,
  };
}

/** Text in many deltas, each of its own. */
export function longAnswer(count: number): WireAnswer {
  return {
    parts: [{ type: 'text', deltas: Array.from({ length: count }, (_, at) => `word-${at} `) }],
    finishReason: 'stop',
    usage,
  };
}
