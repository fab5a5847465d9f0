/** The frames of Acme, a vendor that does not exist. One JSON object each. */
export type AcmeFrame =
  | { readonly kind: 'hello'; readonly used?: AcmeUsage | undefined }
  | { readonly kind: 'thought'; readonly text: string; readonly seal?: string | undefined }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly key: number; readonly id: string; readonly name: string }
  | { readonly kind: 'arguments'; readonly key: number; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'done'; readonly why: string; readonly used?: AcmeUsage | undefined };

/** Acme counts like core. */
interface AcmeUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens?: number | undefined;
  readonly cacheWriteTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
}

/** A part of a message in a request. */
export interface AcmePart {
  readonly kind: 'text' | 'thought' | 'image' | 'link' | 'file' | 'sound' | 'call' | 'result';
  readonly text?: string | undefined;
  readonly seal?: string | undefined;
  readonly mime?: string | undefined;
  readonly data?: string | undefined;
  readonly url?: string | undefined;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly failed?: boolean | undefined;
  readonly parts?: readonly AcmePart[] | undefined;
}

/** The body of a request. */
export interface AcmeBody {
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly {
    readonly role: 'system' | 'user' | 'assistant' | 'tool';
    readonly parts: readonly AcmePart[];
  }[];
  readonly tools?: readonly {
    readonly name: string;
    readonly description?: string | undefined;
    readonly schema: unknown;
  }[];
  readonly settings: {
    readonly toolChoice?: 'auto' | 'none' | 'required' | { readonly name: string } | undefined;
    readonly parallelToolCalls?: boolean | undefined;
    readonly maxOutputTokens?: number | undefined;
    readonly temperature?: number | undefined;
    readonly topP?: number | undefined;
    readonly stop?: readonly string[] | undefined;
    readonly seed?: number | undefined;
    readonly form?: 'json' | { readonly schema: unknown } | undefined;
  };
}
