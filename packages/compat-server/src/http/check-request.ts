import type { ChatRequest } from '@tako/core';

import { refused, type Failure } from '../errors/failure.js';

/** How much a request may hold. */
export interface RequestLimits {
  readonly maxMessages: number;
  readonly maxTools: number;
}

const mostStops = 16;
const mostLabels = 64;

/** Why a request that can be read is refused all the same: it is too much, or names what no vendor takes. */
export function excessIn(request: ChatRequest, { maxMessages, maxTools }: RequestLimits): Failure | undefined {
  const { messages, tools = [], stop = [], metadata = {} } = request;
  if (messages.length > maxMessages) return tooMany('messages', maxMessages);
  if (tools.length > maxTools) return tooMany('tools', maxTools);
  if (stop.length > mostStops) return tooMany('stop', mostStops);
  if (Object.keys(metadata).length > mostLabels) return tooMany('metadata', mostLabels);
  const names = new Set<string>();
  for (const [index, { name }] of tools.entries()) {
    const param = `tools[${index}]`;
    if (!/^[\w-]{1,64}$/.test(name)) {
      return refused(400, 'invalid_value', 'The name of a tool has 1 to 64 characters out of a-z A-Z 0-9 _ -.', {
        param,
      });
    }
    if (names.has(name)) return refused(400, 'invalid_value', 'Two tools have the same name.', { param });
    names.add(name);
  }
  return undefined;
}

/** Why a request is refused that asks nothing: a model would make up a question. */
export function emptyIn({ messages }: ChatRequest, param: 'messages' | 'input'): Failure | undefined {
  return messages.length > 0 ? undefined : refused(400, null, 'There is no input.', { param });
}

function tooMany(param: string, most: number): Failure {
  return refused(400, 'array_above_max_length', `There may be at most ${most} here.`, { param });
}
