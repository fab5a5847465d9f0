import type { Clock } from '@tako/core';

import type { VendorAnswer } from '../server/vendor-server.js';
import { done, failure, notFound, success } from './vault-reply.js';

/** What is stored under one path. */
export type KvData = Readonly<Record<string, unknown>>;

interface Version {
  data: KvData;
  readonly createdAt: string;
  deletedAt: string;
  destroyed: boolean;
}

/** One request to an engine: what stands behind the mount, and what was sent along. */
export interface KvRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A key-value engine of a fake Vault. */
export interface KvEngine {
  readonly version: 1 | 2;
  /** Stores a new version. @returns its number */
  put(path: string, data: KvData): number;
  /** Deletes the newest version, as `vault kv delete` does. */
  remove(path: string): void;
  answer(request: KvRequest): VendorAnswer;
}

/**
 * A key-value engine.
 *
 * Sources: https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v1 and
 * https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2 (read 2026-11-23). Listing is by `GET` with `list=true` alone: servers of
 * Node refuse the method `LIST`.
 */
export function kvEngine(version: 1 | 2, clock: Pick<Clock, 'now'>): KvEngine {
  const secrets = new Map<string, Version[]>();
  const time = (): string => new Date(clock.now()).toISOString();

  function put(path: string, data: KvData): number {
    const versions = version === 2 ? (secrets.get(path) ?? []) : [];
    versions.push({ data, createdAt: time(), deletedAt: '', destroyed: false });
    secrets.set(path, versions);
    return versions.length;
  }

  function list(folder: string): VendorAnswer {
    const prefix = folder === '' ? '' : `${folder.replace(/\/+$/, '')}/`;
    const inside = [...secrets.keys()]
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length));
    const keys = [...new Set(inside.map((path) => path.replace(/\/.*/, '/')))].toSorted();
    return keys.length === 0 ? notFound() : success({ data: { keys } });
  }

  function read(path: string, wanted: number): VendorAnswer {
    const versions = secrets.get(path) ?? [];
    const at = wanted === 0 ? versions.length : wanted;
    const found = versions[at - 1];
    if (found === undefined) return notFound();
    const about = { ...metadataOf(found), version: at };
    const isGone = found.deletedAt !== '' || found.destroyed;
    return isGone
      ? notFound({ data: null, metadata: about })
      : success({ data: { data: found.data, metadata: about } });
  }

  function write(path: string, body: KvRequest['body']): VendorAnswer {
    const { data, options } = body;
    if (!isObject(data)) return failure(400, 'no data provided');
    const current = secrets.get(path)?.length ?? 0;
    if (isObject(options) && 'cas' in options && options['cas'] !== current) {
      return failure(400, 'check-and-set parameter did not match the current version');
    }
    const at = put(path, data);
    return success({ data: { ...metadataOf(secrets.get(path)?.[at - 1]), version: at } });
  }

  /** `delete`, `undelete` and `destroy` of certain versions. */
  function change(verb: string, path: string, numbers: unknown): VendorAnswer {
    for (const number of Array.isArray(numbers) ? numbers : []) {
      const found = secrets.get(path)?.[Number(number) - 1];
      if (found === undefined) continue;
      if (verb === 'undelete') found.deletedAt = '';
      else if (verb === 'delete') found.deletedAt = time();
      else Object.assign(found, { destroyed: true, data: {} });
    }
    return done;
  }

  function metadata(method: string, path: string): VendorAnswer {
    const versions = secrets.get(path);
    if (versions === undefined) return notFound();
    if (method === 'DELETE') {
      secrets.delete(path);
      return done;
    }
    return success({
      data: {
        cas_required: false,
        created_time: versions[0]?.createdAt,
        current_version: versions.length,
        custom_metadata: null,
        versions: Object.fromEntries(versions.map((found, at) => [at + 1, metadataOf(found)])),
      },
    });
  }

  function answerFirst({ method, path, query, body }: KvRequest): VendorAnswer {
    if (method === 'GET' && isListing(query)) return list(path);
    if (method === 'GET') {
      const data = secrets.get(path)?.at(-1)?.data;
      return data === undefined ? notFound() : success({ data, leaseS: 2_764_800 });
    }
    if (method === 'DELETE') secrets.delete(path);
    else put(path, body);
    return done;
  }

  function remove(path: string): void {
    const newest = secrets.get(path)?.at(-1);
    if (newest !== undefined) newest.deletedAt = time();
  }

  function answerSecond({ method, path: whole, query, body }: KvRequest): VendorAnswer {
    const [, verb = '', path = ''] = /^([^/]*)\/?(.*)$/s.exec(whole) ?? [];
    if (verb === 'metadata' && isListing(query)) return list(path);
    if (verb === 'metadata') return metadata(method, path);
    if (verb === 'data' && method === 'GET') return read(path, Number(query.get('version') ?? 0));
    if (verb === 'data' && method === 'DELETE') remove(path);
    else if (verb === 'data') return write(path, body);
    else if (['delete', 'undelete', 'destroy'].includes(verb)) return change(verb, path, body['versions']);
    else return notFound();
    return done;
  }

  return { version, put, remove, answer: version === 1 ? answerFirst : answerSecond };
}

function isListing(query: URLSearchParams): boolean {
  return ['true', '1'].includes(query.get('list') ?? '');
}

function metadataOf(version: Version | undefined): object {
  return {
    created_time: version?.createdAt,
    custom_metadata: null,
    deletion_time: version?.deletedAt,
    destroyed: version?.destroyed,
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
