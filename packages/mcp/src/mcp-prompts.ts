import { assistant, TakoError, user, type Call, type Message } from '@tako/core';

import { fromContent } from './from-content.js';
import { jsonText } from './json-text.js';
import { listOffered } from './mcp-resources.js';
import type { Requester } from './requester.js';
import { isRecord, textOf } from './server-tool.js';

/** A template of messages that a server offers. */
export interface McpPrompt {
  readonly name: string;
  /** A name for people. */
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly arguments: readonly McpPromptArgument[];
}

/** What a prompt is filled in with: always a text. */
export interface McpPromptArgument {
  readonly name: string;
  readonly description?: string | undefined;
  readonly required: boolean;
}

/**
 * The prompts of a server. All methods connect where that is needed, take as long as `connectTimeoutMs` at most, and
 * throw as `McpSession.tools` does.
 */
export class McpPrompts {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** Every prompt that the server lists; none where it has no prompts. Entries without a name are left out. */
  async list(call: Call): Promise<readonly McpPrompt[]> {
    const list = { capability: 'prompts', method: 'prompts/list', field: 'prompts' } as const;
    const entries = await listOffered(this.#requester, list, call);
    return entries.flatMap((entry) => {
      const name = isRecord(entry) ? textOf(entry['name']) : undefined;
      if (!isRecord(entry) || name === undefined) return [];
      const title = textOf(entry['title']);
      const description = textOf(entry['description']);
      return [{ name, title, description, arguments: readArguments(entry['arguments']) }];
    });
  }

  /**
   * A prompt, filled in: messages to begin a run with. Content is in parts, as with tools.
   *
   * @throws `not_found` when the server has no such prompt, or refuses the arguments.
   */
  async get(
    name: string,
    given: { readonly [argument: string]: string },
    { signal }: Call,
  ): Promise<readonly Message[]> {
    const { connectTimeoutMs: timeoutMs, name: source } = this.#requester.options;
    const result = await this.#requester.ask({
      method: 'prompts/get',
      params: { name, arguments: given },
      what: `the request for the prompt "${name.slice(0, 200)}"`,
      refusal: 'not_found',
      signal,
      timeoutMs,
      timeoutOption: 'connectTimeoutMs',
    });
    const messages = isRecord(result) ? result['messages'] : undefined;
    if (!Array.isArray(messages)) {
      throw new TakoError('malformed_response', `${source}: the server's answer holds no messages`, { source });
    }
    return (messages as readonly unknown[]).map(readMessage);
  }
}

function readArguments(listed: unknown): readonly McpPromptArgument[] {
  if (!Array.isArray(listed)) return [];
  return (listed as readonly unknown[]).flatMap((entry) => {
    const name = isRecord(entry) ? textOf(entry['name']) : undefined;
    if (!isRecord(entry) || name === undefined) return [];
    return [{ name, description: textOf(entry['description']), required: entry['required'] === true }];
  });
}

function readMessage(message: unknown): Message {
  if (!isRecord(message)) return user(jsonText(message));
  const part = fromContent(message['content']);
  // A model cannot have said the address of a picture; servers do not send one either.
  return message['role'] === 'assistant' && part.type !== 'image_url' ? assistant(part) : user(part);
}
