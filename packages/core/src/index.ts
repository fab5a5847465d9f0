export { CONTRACT } from './contract.js';
export type { JsonObject, JsonSchema, JsonValue } from './json.js';

export { fromBase64, toBase64 } from './message/base64.js';
export { assistant, system, textOf, toolResults, user } from './message/message.js';
export { plainMessages } from './message/plain-messages.js';
export type {
  AudioPart,
  BinaryData,
  ContentPart,
  FilePart,
  ImagePart,
  ImageUrlPart,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultContent,
  ToolResultPart,
  VendorData,
} from './message/content-part.js';
export type {
  AssistantContent,
  AssistantMessage,
  Message,
  SystemMessage,
  ToolMessage,
  UserContent,
  UserMessage,
} from './message/message.js';

export { unknownCapabilities } from './chat/capabilities.js';
export { collect } from './chat/collect.js';
export { estimateUsage } from './chat/estimate-usage.js';
export { costUsd } from './chat/price.js';
export { ResponseBuilder } from './chat/response-builder.js';
export { addUsage, noUsage, tokenCount } from './chat/usage.js';
export type { Capabilities, Support } from './chat/capabilities.js';
export type {
  AttemptEvent,
  ChatEvent,
  FinishEvent,
  ReasoningDeltaEvent,
  StartEvent,
  TextDeltaEvent,
  ToolCallDeltaEvent,
  ToolCallEndEvent,
  ToolCallStartEvent,
  UsageEvent,
  WarningEvent,
} from './chat/chat-event.js';
export type {
  CacheHint,
  ChatRequest,
  ReasoningEffort,
  ResponseFormat,
  ToolChoice,
  ToolSchema,
} from './chat/chat-request.js';
export type { ChatResponse } from './chat/chat-response.js';
export type { FinishReason } from './chat/finish-reason.js';
export type { Price } from './chat/price.js';
export type { Usage } from './chat/usage.js';

export { attachPartial } from './error/attach-partial.js';
export { cancelled, invalidOptions, malformedAnswer, providerError, toTakoError } from './error/make-error.js';
export { isRetryable, isTakoError, retryAfterMs, TakoError } from './error/tako-error.js';
export type { ErrorCode } from './error/error-code.js';
export type { PartialResult, TakoErrorOptions } from './error/tako-error.js';

export { call } from './provider/call.js';
export { customProvider } from './provider/custom-provider.js';
export { anonymous } from './provider/principal.js';
export { chat, parseModelId, withLayers, wrapProvider } from './provider/provider.js';
export type { Call, CallOptions, Enclosing } from './provider/call.js';
export type { CustomAnswer, CustomChat, CustomProviderOptions, CustomStream } from './provider/custom-provider.js';
export type { Principal } from './provider/principal.js';
export type { ModelId, Provider, ProviderLayer } from './provider/provider.js';

export { isStandardSchema, jsonSchemaOf } from './tool/input-schema.js';
export { isToolOutput, toolOutput } from './tool/tool-output.js';
export { tool } from './tool/tool.js';
export type { Schema, SchemaOutput } from './tool/input-schema.js';
export type { StandardIssue, StandardResult, StandardSchema } from './tool/standard-schema.js';
export type { ToolOutput } from './tool/tool-output.js';
export type { ToolSource } from './tool/tool-source.js';
export type { Tool, ToolContext, ToolOptions } from './tool/tool.js';

export type { ModelCall } from './orchestrator/model-call.js';
export type { ApprovalDecision, Orchestrator, ResumeInput, RunInput, RunOptions } from './orchestrator/orchestrator.js';
export type { Outcome, Route, Router, RouteRequest } from './orchestrator/router.js';
export type { RunEvent } from './orchestrator/run-event.js';
export type { PlanStep, RunPlan } from './orchestrator/run-plan.js';
export type { PendingToolCall, RunResult, StopReason } from './orchestrator/run-result.js';
export type { RunState } from './orchestrator/run-state.js';
export type { Attempt, Guard, Verdict, Verifier } from './orchestrator/verifier.js';

export type { BudgetAccount, BudgetAmount, BudgetBalance, BudgetStore, ReserveResult } from './budget/budget-store.js';

export { cachedResolver } from './secret/cached-resolver.js';
export { chainResolvers } from './secret/chain-resolvers.js';
export { readCredential } from './secret/credential.js';
export { EnvResolver } from './secret/env-resolver.js';
export { isSecret, Secret } from './secret/secret.js';
export type { CachedResolver, CachedResolverOptions } from './secret/cached-resolver.js';
export type { ChainResolversOptions } from './secret/chain-resolvers.js';
export type { Credential, Environment } from './secret/credential.js';
export type { EnvResolverOptions } from './secret/env-resolver.js';
export type { ResolveOptions, SecretResolver } from './secret/secret-resolver.js';

export type { Authenticator, AuthRequest, Credentials } from './identity/authenticator.js';

export { customTracer } from './telemetry/custom-tracer.js';
export { inSpan } from './telemetry/in-span.js';
export { tracedAuthenticator } from './telemetry/traced-authenticator.js';
export { tracedResolver } from './telemetry/traced-resolver.js';
export { traceCalls } from './telemetry/trace-calls.js';
export { traced } from './telemetry/traced.js';
export type { TracerOptions } from './telemetry/custom-tracer.js';
export type { TracedAuthenticatorOptions } from './telemetry/traced-authenticator.js';
export type { TracedResolverOptions } from './telemetry/traced-resolver.js';
export type { SpanStart } from './telemetry/in-span.js';
export type { OpenRun, RunParts } from './telemetry/run-parts.js';
export type {
  Attributes,
  AttributeValue,
  Span,
  SpanContent,
  SpanKind,
  StartSpan,
  TraceContext,
  Tracer,
} from './telemetry/tracer.js';

export { systemClock } from './platform/platform.js';
export type { HttpRequest, HttpResponse, HttpTransport } from './platform/http-transport.js';
export type { Clock, PlatformGlobals } from './platform/platform.js';
