import type { Clock } from '@tako/core';

import {
  vendorServer,
  type VendorAnswer,
  type VendorRequest,
  type VendorServer,
  type VendorServerOptions,
} from '../server/vendor-server.js';
import { kvEngine, type KvData, type KvEngine } from './kv-engine.js';
import { authOf, tokenEndpoint } from './token-endpoints.js';
import { failure, notFound, success } from './vault-reply.js';
import { vaultTokens, type VaultToken, type VaultTokens } from './vault-tokens.js';

/** Who may log in to a fake Vault, and for how long. Times are in milliseconds. */
export interface FakeVaultOptions extends VendorServerOptions {
  /** @defaultValue `fake-root-token` */
  readonly rootToken?: string | undefined;
  /** Of AppRole. @defaultValue `fake-role-id` */
  readonly roleId?: string | undefined;
  /** @defaultValue `fake-secret-id` */
  readonly secretId?: string | undefined;
  /** The role that a service account may have. @defaultValue `fake-role` */
  readonly role?: string | undefined;
  /** The service account's token. @defaultValue `fake-service-account-token` */
  readonly jwt?: string | undefined;
  /** Besides the root namespace. @defaultValue `team` and `team/web` */
  readonly namespaces?: readonly string[] | undefined;
  /** The namespace in which people log in; without it they may in any. */
  readonly loginNamespace?: string | undefined;
  /** Where AppRole and Kubernetes are mounted. @defaultValue `approle`, `kubernetes` */
  readonly approleMount?: string | undefined;
  readonly kubernetesMount?: string | undefined;
  /** How long tokens hold. @defaultValue one hour */
  readonly tokenLifetimeMs?: number | undefined;
  /** How long they can be renewed. @defaultValue one day */
  readonly tokenLongestMs?: number | undefined;
  /** Whether they can be. @defaultValue true */
  readonly renewable?: boolean | undefined;
  /** What times are taken from: a `fakeClock`, for instance. @defaultValue the platform's */
  readonly clock?: Pick<Clock, 'now'> | undefined;
}

/** A Vault with a key-value engine of version 2 at `secret` and `team/kv`, and one of version 1 at `kv1`, in each namespace. */
export interface FakeVault extends VendorServer {
  readonly rootToken: string;
  readonly tokens: VaultTokens;
  /** The engine of a mount. @throws an `Error` where there is none. */
  engine(mount: string, namespace?: string): KvEngine;
  /** Stores `data` as a new version. @returns its number; always 1 with version 1 of the engine */
  put(mount: string, path: string, data: KvData, namespace?: string): number;
  /** Takes the right to read a path, written with its mount (`secret/data/x`), from all tokens. */
  forbid(path: string): void;
}

const mounts: readonly (readonly [path: string, version: 1 | 2])[] = [
  ['secret', 2],
  ['team/kv', 2],
  ['kv1', 1],
];

/**
 * A fake of the part of HashiCorp Vault that reading a secret needs, over http or https on loopback: KV, tokens, AppRole, Kubernetes,
 * namespaces.
 *
 * The client `node-vault` works with it: the tests of `@tako/secrets-vault` drive it so.
 *
 * Source: https://developer.hashicorp.com/vault/api-docs (read 2026-11-23).
 */
export async function fakeVault(options: FakeVaultOptions = {}): Promise<FakeVault> {
  const { rootToken = 'fake-root-token', namespaces = ['team', 'team/web'], loginNamespace, clock = Date } = options;
  const { roleId = 'fake-role-id', secretId = 'fake-secret-id', approleMount = 'approle' } = options;
  const { role = 'fake-role', jwt = 'fake-service-account-token', kubernetesMount = 'kubernetes' } = options;
  const { tokenLifetimeMs: lifetimeMs = 3_600_000, tokenLongestMs: longestMs = 86_400_000, renewable = true } = options;
  const rules = { clock, lifetimeMs, longestMs, renewable };
  const tokens = vaultTokens(rules);
  tokens.issue({ id: rootToken, lifetimeMs: Infinity });
  const engines = new Map<string, KvEngine>();
  for (const namespace of ['', ...namespaces]) {
    for (const [mount, version] of mounts) engines.set(`${namespace}:${mount}`, kvEngine(version, clock));
  }
  const forbidden = new Set<string>();

  function login(path: string, body: Readonly<Record<string, unknown>>, namespace: string): VendorAnswer | undefined {
    const grant = (): VendorAnswer => success({ auth: authOf(tokens.issue({ namespace, path }), clock.now()) });
    const isHere = loginNamespace === undefined || loginNamespace === namespace;
    if (path === `auth/${approleMount}/login`) {
      const isRight = isHere && body['role_id'] === roleId && body['secret_id'] === secretId;
      return isRight ? grant() : failure(400, 'invalid role or secret ID');
    }
    if (path === `auth/${kubernetesMount}/login`) {
      if (!isHere || body['role'] !== role) return failure(400, `invalid role name "${String(body['role'])}"`);
      return body['jwt'] === jwt ? grant() : failure(403, 'permission denied');
    }
    return undefined;
  }

  function answer(request: VendorRequest): VendorAnswer {
    const { method, url, headers } = request;
    const namespace = (headers['x-vault-namespace'] ?? '').replace(/^\/+|\/+$/g, '');
    const path = decodeURIComponent(url.pathname).replace(/^\/v1\//, '');
    const body = bodyOf(request);
    if (path === 'sys/health') return { status: 200, body: { initialized: true, sealed: false, standby: false } };
    if (namespace !== '' && !namespaces.includes(namespace)) return failure(404, 'namespace not found');
    const granted = method === 'GET' ? undefined : login(path, body, namespace);
    if (granted !== undefined) return granted;
    const token = tokens.find(headers['x-vault-token'] ?? '');
    if (token === undefined || !reaches(token, namespace)) return failure(403, 'permission denied');
    if (path.startsWith('auth/token/'))
      return tokenEndpoint(path.slice('auth/token/'.length), token, body, tokens, rules);
    if (forbidden.has(path)) return failure(403, '1 error occurred:\n\t* permission denied\n\n');
    const [mount = ''] = mounts.map(([name]) => name).filter((name) => `${path}/`.startsWith(`${name}/`));
    const engine = engines.get(`${namespace}:${mount}`);
    return engine?.answer({ method, path: path.slice(mount.length + 1), query: url.searchParams, body }) ?? notFound();
  }

  function engineOf(mount: string, namespace = ''): KvEngine {
    const engine = engines.get(`${namespace}:${mount}`);
    if (engine === undefined) throw new Error(`fakeVault: there is no engine at ${mount}`);
    return engine;
  }

  const server = await vendorServer(answer, options);
  return {
    ...server,
    rootToken,
    tokens,
    engine: engineOf,
    put: (mount, path, data, namespace) => engineOf(mount, namespace).put(path, data),
    forbid: (path) => void forbidden.add(path),
  };
}

/** A token works in its namespace and in those below it. */
function reaches(token: VaultToken, namespace: string): boolean {
  return token.namespace === '' || token.namespace === namespace || namespace.startsWith(`${token.namespace}/`);
}

function bodyOf({ body }: VendorRequest): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {}; // a GET has none
  }
}
