import type { JsonValue } from '../json.js';

/**
 * Opaque state of one vendor that belongs to a part (a reasoning signature, an item id).
 *
 * It is stored and serialised with the part, and handed back to the same `vendor` only; any other
 * adapter leaves it out.
 */
export interface VendorData {
  /** The vendor that wrote it: the text before the first colon of a provider's id. */
  readonly vendor: string;
  readonly data: JsonValue;
}

interface PartBase {
  readonly vendorData?: VendorData | undefined;
}

/** Bytes, or the same bytes as base64 text (without a `data:` prefix). */
export type BinaryData = Uint8Array | string;

/** Plain text. */
export interface TextPart extends PartBase {
  readonly type: 'text';
  readonly text: string;
}

/** An image that travels with the message. */
export interface ImagePart extends PartBase {
  readonly type: 'image';
  /** For example `image/png`. */
  readonly mimeType: string;
  readonly data: BinaryData;
}

/** An image that the vendor fetches by itself. */
export interface ImageUrlPart extends PartBase {
  readonly type: 'image_url';
  readonly url: string;
  /** Some vendors demand it (Vertex), most ignore it. */
  readonly mimeType?: string | undefined;
}

/** A document that travels with the message, a PDF for instance. */
export interface FilePart extends PartBase {
  readonly type: 'file';
  readonly mimeType: string;
  readonly data: BinaryData;
  readonly name?: string | undefined;
}

/** Sound that travels with the message. */
export interface AudioPart extends PartBase {
  readonly type: 'audio';
  /** For example `audio/wav` or `audio/mpeg`. */
  readonly mimeType: string;
  readonly data: BinaryData;
}

/** What a model thought before it answered. Empty text with `vendorData` is redacted thinking. */
export interface ReasoningPart extends PartBase {
  readonly type: 'reasoning';
  readonly text: string;
}

/** A model's wish to have a tool called. */
export interface ToolCallPart extends PartBase {
  readonly type: 'tool_call';
  /** Unique within a run; the result names it as `toolCallId`. */
  readonly id: string;
  readonly name: string;
  /** The raw JSON text as the model wrote it. It may be empty or invalid: nobody has parsed it yet. */
  readonly arguments: string;
}

/** What a tool call came to. */
export interface ToolResultPart extends PartBase {
  readonly type: 'tool_result';
  readonly toolCallId: string;
  readonly name: string;
  readonly content: readonly ToolResultContent[];
  /** Whether `content` tells of a failure. @defaultValue false */
  readonly isError?: boolean | undefined;
}

/** What a tool may hand back to the model. */
export type ToolResultContent = TextPart | ImagePart | ImageUrlPart | FilePart | AudioPart;

/** One piece of a message. */
export type ContentPart =
  | TextPart
  | ImagePart
  | ImageUrlPart
  | FilePart
  | AudioPart
  | ReasoningPart
  | ToolCallPart
  | ToolResultPart;
