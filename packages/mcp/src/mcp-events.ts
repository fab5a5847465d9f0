import type {
  CreateMessageRequestParams,
  CreateMessageResult,
  ElicitRequestParams,
  ElicitResult,
} from '@modelcontextprotocol/client';

/** What a server tells of a call that it works on. */
export interface McpProgress {
  /** The name of the session. */
  readonly server: string;
  /** The tool's name at the server. */
  readonly tool: string;
  /** As in the run's events. */
  readonly toolCallId: string;
  /** How far it is; it grows, in units of the server's. */
  readonly progress: number;
  /** How much there is in all, where the server knows. */
  readonly total?: number | undefined;
  readonly message?: string | undefined;
}

/** How grave a log message is, as in RFC 5424. */
export type McpLogLevel = 'debug' | 'info' | 'notice' | 'warning' | 'error' | 'critical' | 'alert' | 'emergency';

/** A log message of a server's. */
export interface McpLog {
  /** The name of the session. */
  readonly server: string;
  readonly level: McpLogLevel;
  /** The part of the server that speaks. */
  readonly logger?: string | undefined;
  /** A text, or any JSON. */
  readonly data: unknown;
}

/** A notification of a server's that is neither progress nor a log message, `notifications/resources/updated` for instance. */
export interface McpNotification {
  /** The name of the session. */
  readonly server: string;
  readonly method: string;
  readonly params: { readonly [name: string]: unknown };
}

/** What a request of the server's comes with. */
export interface McpRequestContext {
  /** The name of the session. */
  readonly server: string;
  /** Aborts when the server takes the request back, or the connection ends. */
  readonly signal: AbortSignal;
}

/** Answers a server that wants a model to be asked. `params` and result are as the protocol has them. */
export type McpSampling = (
  params: CreateMessageRequestParams,
  context: McpRequestContext,
) => CreateMessageResult | Promise<CreateMessageResult>;

/** Answers a server that wants something from the user: a form, or (`params.mode` is `url`) a page to visit. */
export type McpElicitation = (
  params: ElicitRequestParams,
  context: McpRequestContext,
) => ElicitResult | Promise<ElicitResult>;

/** What a session tells of, and what it answers for its user. What a callback for a notification throws is swallowed. */
export interface McpCallbacks {
  /** Hears of the progress of calls. */
  readonly onProgress?: ((progress: McpProgress) => void) | undefined;
  /** Hears the server's log messages. */
  readonly onLog?: ((log: McpLog) => void) | undefined;
  /** Hears every other notification. */
  readonly onNotification?: ((notification: McpNotification) => void) | undefined;
  /**
   * Answers requests to ask a model (`samplingBy` makes one of a provider). Without it servers are told that there is no
   * such thing. The server decides what the model is asked: let a person see it, or trust the server.
   */
  readonly onSampling?: McpSampling | undefined;
  /** Answers requests for something that only the user knows. Without it servers are told that there is no such thing. */
  readonly onElicitation?: McpElicitation | undefined;
}
