/**
 * The rule that refused:
 *
 * - `options`: the options are wrong (thrown when they are given)
 * - `url`: not an absolute URL, or one of more than 16 KiB
 * - `scheme`: not https, nor http where that is allowed
 * - `userinfo`: the URL holds a user name or a password
 * - `host`: a name that is no domain name (an empty label, an odd character, too long)
 * - `port`: a port of another protocol
 * - `dns`: the name has no address, or the resolver's answer is none
 * - `address`: an address that is not public, or one among several
 * - `connection`: no connection, no TLS, or it broke off before the end
 * - `redirect`: one too many, without a target, or from https to http; one to a refused URL has the rule of that URL
 * - `status`: answered, but not with 200
 * - `encoding`: compressed, though that was not asked for
 * - `content_type`: of another type than wanted, by its header or by its first bytes
 * - `size`: more bytes than `maxBytes`
 * - `timeout`: not connected within `connectTimeoutMs`, or not finished within `timeoutMs`
 */
export type SafeFetchRule =
  | 'options'
  | 'url'
  | 'scheme'
  | 'userinfo'
  | 'host'
  | 'port'
  | 'dns'
  | 'address'
  | 'connection'
  | 'redirect'
  | 'status'
  | 'encoding'
  | 'content_type'
  | 'size'
  | 'timeout';

const sentences: { readonly [Rule in SafeFetchRule]: string } = {
  options: 'the options are wrong',
  url: 'it is not an absolute URL, or too long a one',
  scheme: 'only https is fetched; allowHttp allows http as well',
  userinfo: 'a URL with a user name or a password is not fetched',
  host: 'the host is not a domain name',
  port: 'the port belongs to another protocol',
  dns: 'the host has no address',
  address: 'the host is not at a public address; allowHosts or allowCidrs can allow it',
  connection: 'the connection failed or broke off',
  redirect: 'it redirects too often, to nowhere, or from https to http',
  status: 'the server did not answer with status 200',
  encoding: 'the answer is compressed',
  content_type: 'the answer is not of a wanted type, by its header and by its first bytes',
  size: 'the answer is larger than maxBytes',
  timeout: 'it took too long',
};

const brand = Symbol.for('tako.safe-fetch-error');

/**
 * A fetch that a rule refused. Neither the message nor a field says anything of what the target answered, where it sent us, or
 * which address it has; there is no `cause`.
 */
export class SafeFetchError extends Error {
  override readonly name: string = 'SafeFetchError';
  /** What refused. */
  readonly rule: SafeFetchRule;

  constructor(rule: SafeFetchRule, message: string = sentences[rule]) {
    super(`safeFetch: ${message}`);
    this.rule = rule;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether `error` is a `SafeFetchError` of any copy of this package. */
export function isSafeFetchError(error: unknown): error is SafeFetchError {
  return typeof error === 'object' && error !== null && brand in error;
}
