export { McpSession } from './mcp-session.js';
export { samplingBy } from './sampling-by.js';
export type {
  McpCallbacks,
  McpElicitation,
  McpLog,
  McpLogLevel,
  McpNotification,
  McpProgress,
  McpRequestContext,
  McpSampling,
} from './mcp-events.js';
export type { McpOptions, McpSessionOptions } from './mcp-options.js';
export type { McpPrompt, McpPromptArgument, McpPrompts } from './mcp-prompts.js';
export type { McpResource, McpResources, McpResourceTemplate } from './mcp-resources.js';
export type { McpTool, McpToolAnnotations, McpToolInfo } from './mcp-tool.js';
export type { McpTransport } from './mcp-transport.js';
export type { SamplingByOptions } from './sampling-by.js';
export type { McpToolChange, McpToolsChange } from './tool-watch.js';
