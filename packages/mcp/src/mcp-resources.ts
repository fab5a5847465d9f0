import { TakoError, type Call, type ToolResultContent } from '@tako/core';

import { fromResource } from './from-content.js';
import { listPages } from './list-pages.js';
import type { Requester } from './requester.js';
import { isRecord, textOf } from './server-tool.js';

/** Something that a server lets its clients read. */
export interface McpResource {
  readonly uri: string;
  readonly name: string;
  /** A name for people. */
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly mimeType?: string | undefined;
  readonly sizeBytes?: number | undefined;
}

/** A family of resources, whose addresses are made by a template (RFC 6570). */
export interface McpResourceTemplate extends Omit<McpResource, 'sizeBytes' | 'uri'> {
  readonly uriTemplate: string;
}

/**
 * The resources of a server. All methods connect where that is needed, take as long as `connectTimeoutMs` at most, and
 * throw as `McpSession.tools` does.
 */
export class McpResources {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** Every resource that the server lists; none where it has no resources. Entries without an address are left out. */
  async list(call: Call): Promise<readonly McpResource[]> {
    const entries = await this.#entries('resources/list', 'resources', call);
    return entries.flatMap((entry) => {
      const uri = isRecord(entry) ? textOf(entry['uri']) : undefined;
      if (!isRecord(entry) || uri === undefined) return [];
      const size = entry['size'];
      return [{ uri, ...described(entry, uri), sizeBytes: typeof size === 'number' ? size : undefined }];
    });
  }

  /** Every template of addresses that the server lists. */
  async templates(call: Call): Promise<readonly McpResourceTemplate[]> {
    const entries = await this.#entries('resources/templates/list', 'resourceTemplates', call);
    return entries.flatMap((entry) => {
      const uriTemplate = isRecord(entry) ? textOf(entry['uriTemplate']) : undefined;
      if (!isRecord(entry) || uriTemplate === undefined) return [];
      return [{ uriTemplate, ...described(entry, uriTemplate) }];
    });
  }

  /**
   * What is at an address, in parts: text (after its address in brackets), images, sound, files. An address may hold
   * several things, a folder for instance.
   *
   * @throws `not_found` when the server has nothing there, or refuses.
   */
  async read(uri: string, call: Call): Promise<readonly ToolResultContent[]> {
    const { connectTimeoutMs: timeoutMs, name: source } = this.#requester.options;
    const result = await this.#requester.ask({
      method: 'resources/read',
      params: { uri },
      what: `the request for ${uri.slice(0, 200)}`,
      refusal: 'not_found',
      signal: call.signal,
      timeoutMs,
      timeoutOption: 'connectTimeoutMs',
    });
    const contents = isRecord(result) ? result['contents'] : undefined;
    if (!Array.isArray(contents)) {
      throw new TakoError('malformed_response', `${source}: the server's answer holds no contents`, { source });
    }
    return (contents as readonly unknown[]).flatMap((content) => {
      const part = isRecord(content) ? fromResource(content) : undefined;
      return part === undefined ? [] : [part];
    });
  }

  #entries(method: string, field: string, call: Call): Promise<readonly unknown[]> {
    return listOffered(this.#requester, { capability: 'resources', method, field }, call);
  }
}

/** A list that a server may offer. @returns nothing where it does not */
export async function listOffered(
  requester: Requester,
  list: { readonly capability: 'prompts' | 'resources'; readonly method: string; readonly field: string },
  { signal }: Call,
): Promise<readonly unknown[]> {
  const { connectTimeoutMs, maxTools, name } = requester.options;
  return requester.atTheDoor(signal, () =>
    requester.over(signal, async (connection) => {
      if (connection.offers[list.capability] === undefined) return [];
      return requester.limited(signal, `its list of ${list.field}`, connectTimeoutMs, (inner) =>
        listPages(connection, list.method, list.field, { source: name, signal: inner, maxEntries: maxTools }),
      );
    }),
  );
}

function described(
  entry: { readonly [key: string]: unknown },
  address: string,
): Omit<McpResource, 'sizeBytes' | 'uri'> {
  return {
    name: textOf(entry['name']) ?? address,
    title: textOf(entry['title']),
    description: textOf(entry['description']),
    mimeType: textOf(entry['mimeType']),
  };
}
