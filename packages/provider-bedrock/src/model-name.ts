/** Inference profiles that route between regions are named like a model, with the part of the world before it. */
const regionPrefix = /^(?:us|us-gov|eu|apac|jp|au|ca|uk|in|sa|me|af|il|global)\./;

/** The parts of a model's id that tell which model it is. */
export interface BedrockModelName {
  /** The id of the foundation model: `anthropic.claude-sonnet-4-5-20250929-v1:0`. */
  readonly base: string;
  /** `us`, `eu`, `global` and so on, where the id names an inference profile of that region. */
  readonly region: string | undefined;
}

/**
 * Takes a model id apart: `us.anthropic.claude-…`, or an ARN that ends with one. The id of an application's own inference
 * profile, or of an imported model, says nothing about the model: its `base` is that id.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html (read 2026-11-23).
 */
export function bedrockModelName(model: string): BedrockModelName {
  const id = model.startsWith('arn:') ? model.slice(model.lastIndexOf('/') + 1) : model;
  const prefix = regionPrefix.exec(id)?.[0];
  return prefix === undefined
    ? { base: id, region: undefined }
    : { base: id.slice(prefix.length), region: prefix.slice(0, -1) };
}
