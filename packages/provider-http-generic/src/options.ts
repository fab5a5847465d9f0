import type {
  Capabilities,
  ChatRequest,
  Clock,
  Credential,
  Environment,
  FinishReason,
  HttpTransport,
  JsonValue,
  Price,
} from '@tako/core';
import type { Fetch, Timeouts } from '@tako/core/provider';

/** How to connect to the endpoint. */
export interface HttpGenericConnectionOptions {
  /** The address that takes the request: `http` or `https`, without a user. */
  readonly url: string;
  /** Read at each call and sent as `Authorization: Bearer`. @defaultValue none */
  readonly apiKey?: Credential | undefined;
  /**
   * Sent with each request, over our own headers of the same name. A value that is `$ENV:NAME` or `$NAME` as a whole stands for
   * the environment variable `NAME`; it, a `Secret` or a function is read at each call. No value shows in errors.
   */
  readonly headers?: { readonly [name: string]: Credential } | undefined;
  /** Where `$ENV:NAME` is looked up. @defaultValue the process's environment, where there is one */
  readonly environment?: Environment | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly fetch?: Fetch | undefined;
  /** Sends the requests in place of `fetch`. @defaultValue an adapter over `fetch` */
  readonly transport?: HttpTransport | undefined;
}

/** Options of `httpGeneric`. */
export interface HttpGenericOptions extends HttpGenericConnectionOptions {
  /** What `{{ model }}` stands for. */
  readonly model: string;
  /** The text before the colon of the provider's id, and the key in `vendorOptions`. @defaultValue `http-generic` */
  readonly vendor?: string | undefined;
  /**
   * The body as a JSON value, in which `{{ name }}` stands for a piece of the request. A text that is one placeholder and
   * nothing else becomes that piece as JSON, and a key whose piece the request does not have is left out; inside a longer text
   * stands the piece's text, or its JSON. The pieces are shaped as OpenAI's chat completions have them:
   *
   * `request` (the whole body), `model`, `messages`, `stream`, `tools`, `toolChoice`, `parallelToolCalls`, `responseFormat`,
   * `temperature`, `topP`, `maxOutputTokens`, `stop`, `seed`, `reasoningEffort`, `metadata`.
   *
   * @defaultValue `'{{ request }}'`
   */
  readonly body?: JsonValue | undefined;
  /** Changes a body that is ready to be sent. What the template does not carry counts as not carried all the same. */
  readonly transformRequest?: ((body: JsonValue, request: ChatRequest) => JsonValue) | undefined;
  /** Where things stand in an unstreamed answer. @defaultValue as in OpenAI's chat completions */
  readonly response?: AnswerPointers | undefined;
  /** How answers are streamed. @defaultValue not at all: an answer comes whole, and is told as a stream */
  readonly stream?: HttpGenericStream | undefined;
  /** Changes an answer, or each frame of a streamed one, before it is read. */
  readonly transformResponse?: ((json: unknown) => unknown) | undefined;
  /** How `{{ request }}` calls the longest answer. @defaultValue `max_tokens`, which older servers know too */
  readonly maxTokensField?: 'max_completion_tokens' | 'max_tokens' | undefined;
  /** The header that carries the request's id, in lower case. @defaultValue `x-request-id` */
  readonly requestIdHeader?: string | undefined;
  /**
   * Connect, first event, between events, total. An unstreamed answer has the total limit alone: its headers come when it is
   * whole. @defaultValue 30 s, 120 s, 60 s, 600 s
   */
  readonly timeouts?: Timeouts | undefined;
  /** Laid over what follows from the other options: `no` for what they leave out, `unknown` for the rest. */
  readonly capabilities?: Partial<Capabilities> | undefined;
  /** @defaultValue not known */
  readonly price?: Price | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}

/** How an endpoint streams. */
export type HttpGenericStream =
  | {
      /** OpenAI's event stream. */
      readonly format: 'openai_sse';
      /** Where streamed answers are asked for. @defaultValue `url` of the endpoint */
      readonly url?: string | undefined;
    }
  | (AnswerPointers & {
      /** JSON in the events of an event stream, or a line each. The pointers are into one frame. */
      readonly format: 'sse' | 'ndjson';
      /** Where streamed answers are asked for. @defaultValue `url` of the endpoint */
      readonly url?: string | undefined;
      /** Whether each frame holds all text so far, in place of what is new. @defaultValue false */
      readonly cumulative?: boolean | undefined;
      /**
       * The last frame: its whole text, or a pointer and the value that stands there. A body that ends without it, and without a
       * finish reason, has broken off. @defaultValue `[DONE]`, which need not come where `finishReason` is not given either
       */
      readonly done?:
        | string
        | { readonly at: string; /** @defaultValue true */ readonly equals?: JsonValue }
        | undefined;
    });

/** Where things stand in an answer: JSON Pointers (RFC 6901), `/choices/0/text` for instance. */
export interface AnswerPointers {
  readonly text?: string | undefined;
  readonly reasoning?: string | undefined;
  /** A word, or `true`. @defaultValue the end of the answer is `stop` */
  readonly finishReason?: string | undefined;
  /** What the endpoint's words mean, `true` for true. @defaultValue OpenAI's words mean what they mean there, others `other` */
  readonly finishReasons?: { readonly [word: string]: FinishReason } | undefined;
  readonly toolCalls?: ToolCallPointers | undefined;
  readonly usage?: UsagePointers | undefined;
  /** The model that answered. */
  readonly model?: string | undefined;
  /** A message, or an object that has one. Anything but null, false and an empty text there is a failure, whatever the status. */
  readonly error?: string | undefined;
}

/** Where tool calls stand. */
export interface ToolCallPointers {
  /** The calls, a list. */
  readonly list: string;
  /** In each call, as all that follow. @defaultValue ids are made up */
  readonly id?: string | undefined;
  readonly name: string;
  /** JSON text, or a JSON value. */
  readonly arguments: string;
  /** In streams: the number by which pieces of one call belong together. @defaultValue the id, or the place next to the last one */
  readonly index?: string | undefined;
}

/** Where token counts stand. Totals include their details, as in `Usage`. */
export interface UsagePointers {
  readonly inputTokens?: string | undefined;
  readonly outputTokens?: string | undefined;
  readonly cachedInputTokens?: string | undefined;
  readonly cacheWriteTokens?: string | undefined;
  readonly reasoningTokens?: string | undefined;
}
