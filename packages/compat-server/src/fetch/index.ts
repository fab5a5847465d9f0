export { openAIHandler } from './openai-handler.js';
export type { LogEntry } from '../http/log-entry.js';
export type { OpenAIServiceOptions, ServerLimits } from '../http/server-options.js';
export type { Grants } from '../models/model-catalog.js';
export type { ModelFunction, ModelOptions, Servable, ServeTarget } from '../models/servable.js';
