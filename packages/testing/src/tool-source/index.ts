export { outputText, runTool } from './run-tool.js';
export { toolServer } from './tool-server.js';
export { toolSourceConformance } from './tool-source-conformance.js';
export type { RpcMessage, ToolServer, ToolServerHost } from './tool-server.js';
export type { StartedToolSource, ToolSourceUnderTest } from './tool-source-under-test.js';
export type { ConformanceCase } from '../conformance/conformance-case.js';
