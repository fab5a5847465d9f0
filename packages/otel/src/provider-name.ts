/**
 * The convention's names for our vendors, where they differ.
 * Source: https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/client-inference.md (read 2026-11-23).
 */
const names: ReadonlyMap<string, string> = new Map([
  ['azure', 'azure.ai.openai'],
  ['azure-openai', 'azure.ai.openai'],
  ['bedrock', 'aws.bedrock'],
  ['mistral', 'mistral_ai'],
  ['vertex', 'gcp.vertex_ai'],
]);

/** `gen_ai.provider.name` of a provider's vendor: one that the convention does not know keeps its own name. */
export function providerName(vendor: string): string {
  return names.get(vendor) ?? vendor;
}
