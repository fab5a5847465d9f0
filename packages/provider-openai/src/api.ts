import type { ChatRequest, WarningEvent } from '@tako/core';
import type { ChatEvent } from '@tako/core/provider';
import type {
  FromOpenAIResponsesOptions,
  OpenAIChatRequest,
  OpenAIResponsesRequest,
  ToOpenAIOptions,
} from '@tako/openai-wire';

/** A body, the path that it goes to, and what had to be said in another way than it was asked. */
export type OpenAIApiRequest =
  | { readonly path: '/chat/completions'; readonly body: OpenAIChatRequest; readonly warnings: readonly WarningEvent[] }
  | { readonly path: '/responses'; readonly body: OpenAIResponsesRequest; readonly warnings: readonly WarningEvent[] };

/** What a body says besides the request. */
export interface OpenAIApiOptions extends ToOpenAIOptions {
  /** Whether the model is known to reason. */
  readonly reasons: boolean;
}

/** One of OpenAI's two APIs for answers: what goes to it and what comes back. */
export interface OpenAIApi {
  readonly toBody: (request: ChatRequest, options: OpenAIApiOptions) => OpenAIApiRequest;
  /** Reads a whole answer, parsed. */
  readonly fromWhole: (answer: object, options: FromOpenAIResponsesOptions) => ChatEvent[];
  /** Reads the bytes of a streamed answer. */
  readonly fromSse: (bytes: AsyncIterable<Uint8Array>, options: FromOpenAIResponsesOptions) => AsyncIterable<ChatEvent>;
}
