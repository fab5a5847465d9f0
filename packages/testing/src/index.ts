export { breakOff, callTool, chunks, fail, finish, pause, say, think, usage } from './scripted/script.js';
export { scriptedProvider } from './scripted/scripted-provider.js';
export type {
  BreakOffStep,
  FailStep,
  PauseStep,
  Reply,
  ReplyFunction,
  Script,
  ScriptStep,
  TextStep,
  ToolCallStep,
} from './scripted/script.js';
export type { ScriptedCall, ScriptedProvider, ScriptedProviderOptions } from './scripted/scripted-provider.js';

export { fakeClock } from './fake-clock.js';
export { seededRandom } from './seeded-random.js';
export { trackedSignal } from './tracked-signal.js';
export { SpanBook } from './telemetry/span-book.js';
export type { FakeClock, FakeClockOptions } from './fake-clock.js';
export type { TrackedSignal } from './tracked-signal.js';
export type { NotedSpan } from './telemetry/span-book.js';

export { leaks } from './secrets/scan/leaks.js';
export type { Leak } from './secrets/scan/leaks.js';

export { tcpFaultProxy } from './tcp/tcp-fault-proxy.js';
export type { TcpFaultProxy, TcpFaultProxyOptions } from './tcp/tcp-fault-proxy.js';
export type { TcpFaults } from './tcp/tcp-faults.js';

export { providerConformance } from './conformance/provider-conformance.js';
export type { ConformanceCase } from './conformance/conformance-case.js';
export type { ProviderUnderTest, UnderTestOptions, WireFeature } from './conformance/provider-under-test.js';
export type {
  VendorWire,
  WireAnswer,
  WireFrame,
  WireImage,
  WireMessage,
  WirePart,
  WireRequest,
  WireRequestView,
  WireTool,
  WireToolCall,
  WireToolResult,
} from './conformance/vendor-wire.js';

export { openAIDialect } from './wires/openai-dialect.js';
export type { OpenAIDialectOptions } from './wires/openai-dialect.js';

export { mockAnswers } from './conversation/mock-answers.js';
export { recordingProxy } from './conversation/recording-proxy.js';
export { toolConversation } from './conversation/tool-conversation.js';
export type { MockAnswers, MockAnswersUnderTest, MockFaults } from './conversation/mock-answers.js';
export type { RecordingProxy } from './conversation/recording-proxy.js';
export type {
  ConversationFixture,
  ConversationFixtureCall,
  ToolConversation,
} from './conversation/tool-conversation.js';

export { hostileEnvironment } from './outgoing/hostile-environment.js';
export { sendsOnlyTo } from './outgoing/sends-only-to.js';
export type { SendsOnlyToScenario } from './outgoing/sends-only-to.js';
