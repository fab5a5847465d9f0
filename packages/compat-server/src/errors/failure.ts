/** A failure as the client is told of it. */
export interface Failure {
  readonly status: number;
  /** OpenAI's class of the error, for example `invalid_request_error`. */
  readonly type: string;
  /** OpenAI's word for it, for example `model_not_found`. */
  readonly code: string | null;
  /** The field of the request that is to blame. */
  readonly param: string | null;
  /** One sentence for people: nothing internal, nothing that a vendor or a stranger wrote unread. */
  readonly message: string;
  readonly headers?: { readonly [name: string]: string } | undefined;
}

/** A request that is refused: its sender's fault. */
export function refused(
  status: number,
  code: string | null,
  message: string,
  more: { readonly param?: string | undefined; readonly headers?: Failure['headers'] } = {},
): Failure {
  return { status, type: 'invalid_request_error', code, param: more.param ?? null, message, headers: more.headers };
}

/** OpenAI's error object, with its envelope. */
export function errorBody({ message, type, param, code }: Failure): string {
  return JSON.stringify({ error: { message, type, param, code } });
}

/** What is thrown inside where a request is refused on the way; it never leaves this package. */
export class Refusal extends Error {
  readonly failure: Failure;
  /** For the log alone. */
  readonly detail: string | undefined;

  constructor(failure: Failure, detail?: string) {
    super(failure.message);
    this.failure = failure;
    this.detail = detail;
  }
}
