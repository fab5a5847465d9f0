import { unknownCapabilities, type Capabilities, type Support } from '@tako/core';

import type { AnswerPointers, HttpGenericStream } from './options.js';
import { carries } from './placeholders.js';
import type { Template } from './template.js';

/** What decides on what can be asked of an endpoint. */
export interface Configured {
  readonly template: Template;
  readonly response: AnswerPointers | undefined;
  readonly stream: HttpGenericStream | undefined;
}

/** What an endpoint can do: `no` for what its configuration leaves out. Of the rest nothing is known, and nothing refused. */
export function httpGenericCapabilities({ template, response, stream }: Configured): Capabilities {
  const place = (name: string): Support => (carries(template, name) ? 'unknown' : 'no');
  const readsCalls =
    (response === undefined || response.toolCalls !== undefined) &&
    (stream === undefined || stream.format === 'openai_sse' || stream.toolCalls !== undefined);
  const tools = readsCalls ? place('tools') : 'no';
  const structuredOutput = place('responseFormat');
  return {
    ...unknownCapabilities,
    streaming: stream === undefined ? 'no' : 'yes',
    tools,
    parallelTools: tools,
    toolChoice: place('toolChoice'),
    structuredOutput,
    structuredOutputWithTools: tools === 'no' ? 'no' : structuredOutput,
    reasoningEfforts: carries(template, 'reasoningEffort') ? 'unknown' : [],
  };
}
