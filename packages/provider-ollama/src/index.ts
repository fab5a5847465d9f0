export { ollama } from './ollama.js';
export { ollamaCapabilities } from './ollama-capabilities.js';
export type { OllamaCapabilitiesOptions } from './ollama-capabilities.js';
export type { OllamaModelOptions, OllamaThink } from './ollama-request.js';
export type { OllamaConnectionOptions, OllamaOptions } from './options.js';
export type { UrlPrefetchOptions } from './url-prefetch.js';
