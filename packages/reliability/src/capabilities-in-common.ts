import type { Capabilities, Support } from '@tako/core';

/** What two models can both do: a `no` of either counts, then an `unknown`; of two limits the smaller one. */
export function capabilitiesInCommon(left: Capabilities, right: Capabilities): Capabilities {
  return {
    streaming: both(left.streaming, right.streaming),
    tools: both(left.tools, right.tools),
    parallelTools: both(left.parallelTools, right.parallelTools),
    toolChoice: both(left.toolChoice, right.toolChoice),
    structuredOutput: both(left.structuredOutput, right.structuredOutput),
    structuredOutputWithTools: both(left.structuredOutputWithTools, right.structuredOutputWithTools),
    vision: both(left.vision, right.vision),
    imageUrls: both(left.imageUrls, right.imageUrls),
    files: both(left.files, right.files),
    audio: both(left.audio, right.audio),
    promptCache: both(left.promptCache, right.promptCache),
    reasoningEfforts: effortsOfBoth(left.reasoningEfforts, right.reasoningEfforts),
    contextTokens: smaller(left.contextTokens, right.contextTokens),
    maxOutputTokens: smaller(left.maxOutputTokens, right.maxOutputTokens),
  };
}

function both(left: Support, right: Support): Support {
  if (left === right) return left;
  return left === 'no' || right === 'no' ? 'no' : 'unknown';
}

type Efforts = Capabilities['reasoningEfforts'];

function effortsOfBoth(left: Efforts, right: Efforts): Efforts {
  if (left === 'unknown') return right;
  return right === 'unknown' ? left : left.filter((effort) => right.includes(effort));
}

function smaller(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.min(left, right);
}
