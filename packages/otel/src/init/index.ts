export { init } from './init.js';
export { initOtlp } from './init-otlp.js';
export { shutdown } from './current.js';
export type { InitOptions } from './init.js';
export type { InitOtlpOptions } from './init-otlp.js';
export type { Telemetry } from './current.js';
