import {
  inSpan,
  TakoError,
  type Call,
  type Span,
  type ToolContext,
  type ToolOutput,
  type ToolSource,
  type TraceContext,
} from '@tako/core';

import { fromCallResult } from './from-call-result.js';
import { sizeOf } from './from-content.js';
import type { McpLogLevel } from './mcp-events.js';
import { resolveOptions, type McpSessionOptions } from './mcp-options.js';
import { McpPrompts } from './mcp-prompts.js';
import { McpResources } from './mcp-resources.js';
import type { McpTool } from './mcp-tool.js';
import { paramHeaders } from './param-headers.js';
import { Requester } from './requester.js';
import { isRecord, type ServerTool } from './server-tool.js';
import { ToolList } from './tool-list.js';

/**
 * An MCP server as a source of tools, over any transport.
 *
 * Nothing happens before the first `tools` or call: then it connects, once for all who wait. When the connection ends by
 * itself, everything that waits is rejected at once with `transport`. It is then made again, by the next who asks or else
 * by itself after a pause, and the tools are listed anew. No call is ever sent twice, unless the server said that it has
 * not begun with it.
 *
 * The list of tools is kept until the server says that it changed, or the connection ended.
 *
 * Several runs may share a session. What one of them aborts does not disturb the others: a connection or list that
 * nobody waits for any more is still brought to its end, and kept.
 */
export class McpSession implements ToolSource, AsyncDisposable {
  /** Names the server in errors and warnings. */
  readonly name: string;
  /** What the server offers to read. */
  readonly resources: McpResources;
  /** Templates of messages that the server offers. */
  readonly prompts: McpPrompts;
  readonly #requester: Requester;
  readonly #tools: ToolList;

  /** @throws `invalid` for options that make no sense. */
  constructor(options: McpSessionOptions) {
    const resolved = resolveOptions(options);
    this.name = resolved.name;
    this.#requester = new Requester(resolved, {
      onNotification: (method, params) => this.#hear(method, params),
      onMissed: () => {
        if (resolved.onToolsChanged !== undefined) this.#tools.refreshSoon();
      },
      onReturn: () => this.#tools.refreshSoon(),
    });
    this.#tools = new ToolList(this.#requester, (tool, input, context) => this.#call(tool, input, context));
    this.resources = new McpResources(this.#requester);
    this.prompts = new McpPrompts(this.#requester);
  }

  /**
   * The server's tools, under names that every vendor takes.
   *
   * @throws `transport` or `not_found` when there is no connection to be had, or it ends; `auth` when the server asks for
   *   other credentials; `timeout`; `unsupported` when the two sides share no revision; `provider` when the server refuses;
   *   `malformed_response` when its list cannot be read; `invalid` when two tools come to the same name; `cancelled` when
   *   the signal aborts.
   */
  async tools(call: Call): Promise<readonly McpTool[]> {
    const { signal } = call;
    const list = (): Promise<readonly McpTool[]> =>
      this.#requester.atTheDoor(signal, () => this.#requester.wait(signal, () => this.#tools.current()));
    if (this.#tools.isCurrent) return list();
    const method = 'tools/list';
    return inSpan(call, { kind: 'mcp_call', name: method, attributes: { method, server: this.name } }, list);
  }

  /**
   * Ends the connection and everything that waits, for good. Resolves when nothing of it is left; never rejects. Calling
   * it again changes nothing.
   */
  close(): Promise<void> {
    this.#tools.stop();
    return this.#requester.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #call(tool: ServerTool, input: unknown, { call, toolCallId }: ToolContext): Promise<ToolOutput> {
    const { name } = tool;
    const method = 'tools/call';
    const attributes = { method, server: this.name, tool: name, toolCallId };
    return inSpan(call, { kind: 'mcp_call', name: `${method} ${name}`, attributes }, async (own, span) => {
      const output = await this.#callInSpan(tool, input, { call: own, toolCallId });
      if (output.isError) span?.set({ isError: true });
      return output;
    });
  }

  async #callInSpan(tool: ServerTool, input: unknown, context: ToolContext): Promise<ToolOutput> {
    const { callIdleTimeoutMs, callTimeoutMs, maxResultBytes, onProgress } = this.#requester.options;
    const { name } = tool;
    const given = isRecord(input) ? input : {};
    const result = await this.#requester.ask({
      method: 'tools/call',
      params: { name, arguments: given, ...traceMeta(context.call.span) },
      what: `the call of "${name}"`,
      refusal: 'tool',
      signal: context.call.signal,
      timeoutMs: callTimeoutMs,
      timeoutOption: 'callTimeoutMs',
      idleTimeoutMs: callIdleTimeoutMs,
      headers: (connection) => (connection.isLegacy ? undefined : paramHeaders(tool.inputSchema, given)),
      onProgress:
        onProgress === undefined
          ? undefined
          : ({ progress, total, message }) =>
              onProgress({ server: this.name, tool: name, toolCallId: context.toolCallId, progress, total, message }),
    });
    const output = fromCallResult(result, this.name);
    const bytes = sizeOf(output.content);
    if (bytes <= maxResultBytes) return output;
    throw new TakoError(
      'tool',
      `${this.name}: the result of "${name}" has ${bytes} bytes, more than the ${maxResultBytes} that are taken; ask for less`,
      { source: this.name, details: { bytes, maxResultBytes } },
    );
  }

  #hear(method: string, params: { readonly [name: string]: unknown }): void {
    const { onLog, onNotification, onToolsChanged } = this.#requester.options;
    const server = this.name;
    switch (method) {
      case 'notifications/message': {
        const { level, logger, data } = params;
        onLog?.({
          server,
          level: isLevel(level) ? level : 'info',
          logger: typeof logger === 'string' ? logger : undefined,
          data,
        });
        break;
      }
      case 'notifications/tools/list_changed':
        if (onToolsChanged !== undefined) this.#tools.refreshSoon();
        onNotification?.({ server, method, params });
        break;
      default:
        onNotification?.({ server, method, params });
    }
  }
}

/**
 * The trace that the server may go on with. The keys have no prefix.
 * Source: https://modelcontextprotocol.io/community/seps/414-request-meta (read 2026-11-23).
 */
function traceMeta(span: Span | undefined): { readonly _meta?: TraceContext } {
  const context = span?.traceContext?.();
  return context === undefined ? {} : { _meta: { ...context } };
}

const levels: ReadonlySet<unknown> = new Set<McpLogLevel>([
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
]);

function isLevel(level: unknown): level is McpLogLevel {
  return levels.has(level);
}
