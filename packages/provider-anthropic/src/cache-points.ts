import type { CacheHint } from '@tako/core';

import type { AnthropicBlock, AnthropicCachePoint, AnthropicRequest } from './anthropic-request.js';

/** Half-way between the two times that the vendor keeps a prompt for, in milliseconds. */
const longCacheMs = (5 * 60_000 + 60 * 60_000) / 2;

/**
 * Puts points of the cache where a further request will begin with the same: behind the system's texts (or the tools, where there
 * are none), and behind the last two turns of the user. The one before the last is where the request before had its last: the
 * vendor searches back over 20 blocks only, and one step with many tools has more. Of the four points that it takes, these
 * are three.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching (read 2026-11-23).
 */
export function withCachePoints(body: AnthropicRequest, { ttlMs = 0 }: CacheHint): AnthropicRequest {
  const point: AnthropicCachePoint = { type: 'ephemeral', ...(ttlMs >= longCacheMs ? { ttl: '1h' } : {}) };
  const { system, tools, messages } = body;
  const marked = messages.flatMap(({ role }, at) => (role === 'user' ? [at] : [])).slice(-2);
  return {
    ...body,
    system: system === undefined ? undefined : atEnd(system, point),
    messages: messages.map((message, at) =>
      marked.includes(at) ? { ...message, content: atEnd<AnthropicBlock>(message.content, point) } : message,
    ),
    tools: system === undefined && tools !== undefined ? atEnd(tools, point) : tools,
  };
}

function atEnd<T extends object>(list: readonly T[], point: AnthropicCachePoint): T[] {
  return list.map((each, at) => (at === list.length - 1 ? { ...each, cache_control: point } : each));
}
