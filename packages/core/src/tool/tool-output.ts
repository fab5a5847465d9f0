import type { ToolResultContent } from '../message/content-part.js';

const brand = Symbol.for('tako.tool_output');

/** A tool's result in parts, for results that are more than text or JSON. */
export interface ToolOutput {
  readonly content: readonly ToolResultContent[];
  readonly isError: boolean;
}

/**
 * Marks `content` as a tool's result in parts (text, images, files), or as a failure that the model shall read.
 * Anything else that a tool returns is sent as text: a string as it is, other values as JSON.
 */
export function toolOutput(
  content: readonly ToolResultContent[],
  options: { readonly isError?: boolean | undefined } = {},
): ToolOutput {
  const output = { content, isError: options.isError ?? false };
  Object.defineProperty(output, brand, { value: true });
  return output;
}

/** Whether a tool's return value was made by `toolOutput`, in any copy of this package. */
export function isToolOutput(value: unknown): value is ToolOutput {
  return typeof value === 'object' && value !== null && brand in value;
}
