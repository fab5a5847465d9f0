import { ProtocolError, Server, type ServerContext } from '@modelcontextprotocol/server';
import { anonymous, type Principal, type TraceContext } from '@tako/core';

import type { CallDesk } from './call-desk.js';
import type { CallReport, ServedTool } from './served-tool.js';

/** What a server says of itself. */
export interface ServerIdentity {
  readonly name: string;
  readonly version: string;
  readonly instructions: string | undefined;
}

const invalidParams = -32_602;

/** A server of the official SDK for one connection, session or request, in front of the desk that all share. */
export function protocolServer(desk: CallDesk, identity: ServerIdentity): Server {
  const { name, version, instructions } = identity;
  const server = new Server(
    { name, version },
    { capabilities: { tools: {}, logging: {} }, ...(instructions !== undefined && { instructions }) },
  );
  server.setRequestHandler('tools/list', async (_request, context) => {
    const tools = await desk.list(principalOf(context), signalOf(context));
    return { tools: tools.map(listed) };
  });
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const result = await desk.call({
      id: String(context.mcpReq.id),
      name: params.name,
      given: params.arguments ?? {},
      principal: principalOf(context),
      signal: signalOf(context),
      trace: traceOf(context),
      report: reportTo(context),
    });
    if (result === undefined) throw new ProtocolError(invalidParams, `there is no tool "${params.name.slice(0, 100)}"`);
    return result;
  });
  return server;
}

function listed({ name, title, description, inputSchema, outputSchema, annotations }: ServedTool) {
  return {
    name,
    // The SDK wants to see the type of the schema, which `tool` has made sure of.
    inputSchema: { ...inputSchema, type: 'object' as const },
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(outputSchema !== undefined && { outputSchema: { ...outputSchema, type: 'object' as const } }),
    ...(annotations !== undefined && { annotations }),
  };
}

/** Aborts when the caller takes the call back, and when they are gone: an answer could not reach them any more. */
function signalOf({ mcpReq, http }: ServerContext): AbortSignal {
  const gone = http?.req?.signal;
  return gone === undefined ? mcpReq.signal : AbortSignal.any([mcpReq.signal, gone]);
}

/**
 * The caller's place in a trace, as they sent it: nobody has looked at it yet.
 * Source: https://modelcontextprotocol.io/community/seps/414-request-meta (read 2026-11-23).
 */
function traceOf({ mcpReq }: ServerContext): TraceContext | undefined {
  const { traceparent, tracestate }: { readonly [key: string]: unknown } = mcpReq._meta ?? {};
  if (typeof traceparent !== 'string' || traceparent.length > 256) return undefined;
  return { traceparent, ...(typeof tracestate === 'string' && tracestate.length <= 512 && { tracestate }) };
}

/** Who was found to call, as `authInfoOf` put it there; over stdio nobody is asked. */
function principalOf({ http }: ServerContext): Principal {
  const found = http?.authInfo?.extra?.['principal'];
  return found === undefined ? anonymous : (found as Principal); // only the HTTP face writes it
}

function reportTo({ mcpReq }: ServerContext): CallReport {
  const progressToken = mcpReq._meta?.progressToken;
  const ignore = (): void => undefined; // who is gone is not told; the call itself ends by its signal
  return {
    progress: (progress) => {
      if (progressToken === undefined) return;
      mcpReq.notify({ method: 'notifications/progress', params: { progressToken, ...progress } }).catch(ignore);
    },
    warning: (message) => {
      mcpReq.log('warning', message).catch(ignore);
    },
  };
}
