export { onnxRouter } from './onnx-router.js';
export { promptFeatures } from './prompt-features.js';
export type { OnnxFeatures, OnnxRouter, OnnxRouterOptions } from './onnx-router.js';
