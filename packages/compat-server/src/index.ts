export { openAIServer } from './node/openai-server.js';
export { serveOpenAI } from './node/serve-openai.js';
export { openAIHandler } from './fetch/openai-handler.js';
export { jsonLines } from './http/log-entry.js';
export type { OpenAIServerHandle, ServeOpenAIOptions } from './node/serve-openai.js';
export type { LogEntry } from './http/log-entry.js';
export type { OpenAIServiceOptions, ServerLimits } from './http/server-options.js';
export type { Grants } from './models/model-catalog.js';
export type { ModelFunction, ModelOptions, Servable, ServeTarget } from './models/servable.js';
