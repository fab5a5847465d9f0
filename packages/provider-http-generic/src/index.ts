export { httpGeneric } from './http-generic.js';
export type {
  AnswerPointers,
  HttpGenericConnectionOptions,
  HttpGenericOptions,
  HttpGenericStream,
  ToolCallPointers,
  UsagePointers,
} from './options.js';
