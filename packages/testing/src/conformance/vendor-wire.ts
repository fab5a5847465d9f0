import type { FinishReason, Usage } from '@tako/core';

/** A piece of a scripted answer. Each delta travels in a frame of its own, its text in plain UTF-8. */
export type WirePart =
  | {
      readonly type: 'text' | 'reasoning';
      readonly deltas: readonly string[];
      /** Opaque state of the part, as a vendor signs its reasoning. Sent only to wires that do not lack `signatures`. */
      readonly signature?: string | undefined;
    }
  | {
      readonly type: 'tool_call';
      readonly id: string;
      readonly name: string;
      /** Pieces of the raw JSON text of the arguments; joined where a vendor sends arguments whole. May be empty. */
      readonly deltas: readonly string[];
      readonly signature?: string | undefined;
    };

/** A scripted answer in nobody's dialect. A `VendorWire` puts it into its vendor's. */
export interface WireAnswer {
  readonly parts: readonly WirePart[];
  /** Pieces of several tool calls mixed, one of each in turn. @defaultValue false: one call after the other */
  readonly interleaved?: boolean | undefined;
  /** `other` asks for a word that the vendor never used. */
  readonly finishReason: FinishReason;
  /** Absent: the vendor does not report. */
  readonly usage?: Usage | undefined;
  /**
   * Cumulative snapshots of the usage more than once: the first with or before the first delta, with the same input and
   * 1 output token; the last one is `usage`. Asked only of wires that do not lack `usageRepeats`.
   *
   * @defaultValue false
   */
  readonly usageRepeated?: boolean | undefined;
}

/** A part of a body that the vendor sends as one: an SSE event with its blank line, an NDJSON line, a binary frame. */
export type WireFrame = string | Uint8Array;

/** A request as it reached the server. */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** An image in a request: bytes as base64 text, or the URL it is at. */
export interface WireImage {
  readonly base64?: string | undefined;
  readonly mimeType?: string | undefined;
  readonly url?: string | undefined;
}

/** A tool call in a request. */
export interface WireToolCall {
  /** Absent where the vendor has no ids. */
  readonly id?: string | undefined;
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

/** A tool result in a request. */
export interface WireToolResult {
  /** Absent where the vendor has no ids. */
  readonly toolCallId?: string | undefined;
  /** Absent where the vendor goes by id alone. */
  readonly name?: string | undefined;
  readonly text: string;
  /** Absent where the vendor has no field for it; the text says it then. */
  readonly isError?: boolean | undefined;
}

/** One message of a request, in the order of the request. A system field beside the messages comes first. */
export interface WireMessage {
  /** A message that holds tool results and nothing else is `tool`, whatever the vendor calls it. */
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly texts: readonly string[];
  readonly images: readonly WireImage[];
  readonly toolCalls: readonly WireToolCall[];
  readonly toolResults: readonly WireToolResult[];
}

/** A tool that a request offers. */
export interface WireTool {
  readonly name: string;
  readonly description?: string | undefined;
  /** The JSON Schema of the arguments as it was sent. */
  readonly inputSchema?: unknown;
}

/** What a request says, in nobody's dialect. A field that the request does not have is absent. */
export interface WireRequestView {
  /** Absent where neither the path nor the body names the model. */
  readonly model?: string | undefined;
  readonly messages: readonly WireMessage[];
  readonly tools: readonly WireTool[];
  readonly toolChoice?: 'auto' | 'none' | 'required' | { readonly name: string } | undefined;
  readonly parallelToolCalls?: boolean | undefined;
  /** Whether it asks for a streamed answer. */
  readonly stream: boolean;
  readonly maxOutputTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly stop?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  /** `text` or absent, `json`, or the schema that the answer is bound to. */
  readonly responseFormat?: 'text' | 'json' | { readonly schema: unknown } | undefined;
  /** Every signature that the request hands back, wherever it stands. */
  readonly signatures: readonly string[];
  /** The key that the request shows, where it shows one. */
  readonly apiKey?: string | undefined;
}

/**
 * How the conformance suite speaks one vendor's wire: it writes answers as the vendor does, and reads requests as the
 * vendor would. It is written from the vendor's documentation, independently of the adapter under test.
 */
export interface VendorWire {
  /** The text before the colon of the provider's id. */
  readonly vendor: string;
  /** How frames follow each other. Line ends are varied on `sse` alone. */
  readonly framing: 'sse' | 'ndjson' | 'binary';
  /** Content type of a streamed answer. */
  readonly streamContentType: string;
  /** The header that carries the request's id, in lower case. @defaultValue `x-request-id` */
  readonly requestIdHeader?: string | undefined;

  /** The frames of a streamed answer in order, at least one for each delta. */
  stream(answer: WireAnswer): readonly WireFrame[];
  /** The unstreamed JSON body. Leave it out for a vendor that only streams. */
  json?(answer: WireAnswer): string;
  /** A frame of a kind newer than the adapter, legal on the wire. */
  unknownFrame(): WireFrame;
  /** A frame without content: a comment or ping. Leave it out where the wire has none. */
  keepAlive?(): WireFrame;
  /** The body of an error answer. `code` is the vendor's own word, where one is given. */
  errorBody(status: number, message: string, code?: string): string;
  /** An error in the middle of a stream. Leave it out where the wire has none. */
  errorFrame?(message: string): WireFrame;

  /** @throws when the request is none that the vendor would accept. */
  readRequest(request: WireRequest): WireRequestView;
}
