export { openAIHandler } from './openai-handler.js';
export { MemoryStateStore } from '../state/memory-state-store.js';
export type { LogEntry } from '../http/log-entry.js';
export type { OpenAIServiceOptions, ServerLimits } from '../http/server-options.js';
export type { Grants } from '../models/model-catalog.js';
export type { ModelFunction, ModelOptions, Servable, ServeTarget } from '../models/servable.js';
export type { MemoryStateStoreOptions } from '../state/memory-state-store.js';
export type { StateStore } from '../state/state-store.js';
