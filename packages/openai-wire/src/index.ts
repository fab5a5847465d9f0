export { CompletionReader } from './chat/completion-reader.js';
export { eventsFromOpenAI, fromOpenAI } from './chat/from-openai.js';
export { fromOpenAISse, fromOpenAIStream } from './chat/from-openai-stream.js';
export { toOpenAI } from './chat/to-openai.js';
export type {
  ChoiceLike,
  CompletionLike,
  DeltaLike,
  FunctionLike,
  TokenDetailsLike,
  ToolCallLike,
  UsageLike,
} from './chat/completion-like.js';
export type {
  OpenAIAssistantMessage,
  OpenAIAudioPart,
  OpenAIChatRequest,
  OpenAIContentPart,
  OpenAIFilePart,
  OpenAIImagePart,
  OpenAIMessage,
  OpenAIResponseFormat,
  OpenAISystemMessage,
  OpenAITextPart,
  OpenAITool,
  OpenAIToolCall,
  OpenAIToolChoice,
  OpenAIToolMessage,
  OpenAIUserMessage,
} from './chat/openai-chat-request.js';
export type {
  OpenAIChatChunk,
  OpenAIChatCompletion,
  OpenAIChoice,
  OpenAIChunkChoice,
  OpenAIDelta,
  OpenAIFinishReason,
  OpenAIToolCallDelta,
  OpenAIUsage,
} from './chat/openai-chat-response.js';
export type { OpenAIBody, ToOpenAIOptions } from './chat/to-openai.js';
export type { FromOpenAIOptions } from './chat/vendor-failure.js';

export { fromOpenAIRequest } from './server/from-openai-request.js';
export { toOpenAIResponse } from './server/to-openai-response.js';
export { OpenAIChunkWriter, toOpenAIStream } from './server/to-openai-stream.js';
export type { FromOpenAIRequestOptions, OpenAIRequest } from './server/from-openai-request.js';
export type { AnswerHead } from './server/to-openai-response.js';
export type { StreamHead } from './server/to-openai-stream.js';

export { toOpenAIResponses } from './responses/to-openai-responses.js';
export {
  eventsFromOpenAIResponses,
  fromOpenAIResponses,
  fromOpenAIResponsesSse,
} from './responses/from-openai-responses.js';
export { fromOpenAIResponsesRequest } from './responses/from-openai-responses-request.js';
export { toOpenAIResponsesResponse } from './responses/to-openai-responses-response.js';
export { OpenAIResponsesWriter, toOpenAIResponsesStream } from './responses/to-openai-responses-stream.js';
export type { OpenAIResponsesBody, ToOpenAIResponsesOptions } from './responses/to-openai-responses.js';
export type {
  FromOpenAIResponsesRequestOptions,
  ReadResponsesRequest,
} from './responses/from-openai-responses-request.js';
export type { ResponsesHead } from './responses/to-openai-responses-response.js';
export type { FromOpenAIResponsesOptions } from './responses/responses-reader.js';
export type { ItemLike, ResponseLike, ResponseUsageLike } from './responses/response-like.js';
export type {
  OpenAIFunctionCallItem,
  OpenAIFunctionOutputItem,
  OpenAIInputMessage,
  OpenAIInputPart,
  OpenAIItem,
  OpenAIReasoningItem,
  OpenAIResponsesFormat,
  OpenAIResponsesRequest,
  OpenAIResponsesTool,
  OpenAISpokenMessage,
} from './responses/openai-responses-request.js';
export type {
  OpenAIOutputCall,
  OpenAIOutputItem,
  OpenAIOutputMessage,
  OpenAIOutputReasoning,
  OpenAIOutputText,
  OpenAIResponse,
  OpenAIResponseEvent,
  OpenAIResponseUsage,
} from './responses/openai-response.js';

export { sseFrame } from './server/sse-frame.js';
