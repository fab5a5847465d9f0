import type { JsonObject, JsonValue } from '@tako/core';

/**
 * A request to `generateContent` and `streamGenerateContent`, as far as it is written here. The types of the vendor's SDK are
 * older than half of these fields. A field that is undefined is not sent.
 *
 * Source: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/gemini and the types of
 * `@google/genai` 1.52 (read 2026-11-23).
 */
export interface VertexRequest {
  contents: VertexContent[];
  systemInstruction?: { parts: { text: string }[] } | undefined;
  cachedContent?: string | undefined;
  generationConfig?: VertexGenerationConfig | undefined;
  safetySettings?: readonly VertexSafetySetting[] | undefined;
  tools?: { functionDeclarations: VertexFunction[] }[] | undefined;
  toolConfig?: { functionCallingConfig: VertexFunctionCallingConfig } | undefined;
  labels?: { readonly [key: string]: string } | undefined;
}

/** One turn. What tools answered is said by the user. */
export interface VertexContent {
  role: 'user' | 'model';
  parts: VertexPart[];
}

/** One piece of a turn: exactly one of its first five fields is there. */
export interface VertexPart {
  text?: string | undefined;
  inlineData?: VertexBlob | undefined;
  fileData?: { mimeType: string; fileUri: string } | undefined;
  functionCall?: { id?: string | undefined; name: string; args: JsonValue } | undefined;
  functionResponse?: VertexFunctionResponse | undefined;
  /** Whether the text is a thought. */
  thought?: boolean | undefined;
  /** Opaque; belongs to the very part that it came with. */
  thoughtSignature?: string | undefined;
}

/** Bytes as base64 text. */
interface VertexBlob {
  mimeType: string;
  data: string;
  displayName?: string | undefined;
}

/** What a function answered: its text under `output`, or under `error` where it failed. */
export interface VertexFunctionResponse {
  id?: string | undefined;
  name: string;
  response: JsonObject;
  parts?: Pick<VertexPart, 'inlineData' | 'fileData'>[] | undefined;
}

/** How to answer. */
export interface VertexGenerationConfig {
  temperature?: number | undefined;
  topP?: number | undefined;
  maxOutputTokens?: number | undefined;
  stopSequences?: string[] | undefined;
  seed?: number | undefined;
  responseMimeType?: string | undefined;
  responseJsonSchema?: JsonObject | undefined;
  thinkingConfig?: VertexThinkingConfig | undefined;
}

/** How hard to think: a budget up to Gemini 2.5, a level from Gemini 3 on, never both. */
export interface VertexThinkingConfig {
  includeThoughts?: boolean | undefined;
  thinkingBudget?: number | undefined;
  thinkingLevel?: 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH' | undefined;
}

/** A tool. */
export interface VertexFunction {
  name: string;
  description?: string | undefined;
  parametersJsonSchema: JsonObject;
}

/** Whether functions are called. */
interface VertexFunctionCallingConfig {
  mode: 'AUTO' | 'ANY' | 'NONE' | 'VALIDATED';
  allowedFunctionNames?: string[] | undefined;
}

/** What is to be blocked, for example `HARM_CATEGORY_HARASSMENT` from `BLOCK_ONLY_HIGH` on. */
export interface VertexSafetySetting {
  readonly category: string;
  readonly threshold: string;
  readonly method?: string | undefined;
}
