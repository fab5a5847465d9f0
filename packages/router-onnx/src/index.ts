export { onnxRouter } from './onnx-router.js';
export { promptFeatures } from './prompt-features.js';
export type { OnnxRouter, OnnxRouterOptions } from './onnx-router.js';
