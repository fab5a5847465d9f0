import { SpanKind as ApiSpanKind } from '@opentelemetry/api';
import type { Attributes, SpanKind } from '@tako/core';

/** How a span is told to OpenTelemetry: what the conventions say of its kind. */
export interface SpanShape {
  readonly name: string;
  readonly kind: ApiSpanKind;
  /** `gen_ai.operation.name`, where the conventions have one. */
  readonly operation?: string | undefined;
}

/** Name, kind and operation of a span. What the conventions do not know is INTERNAL, and has our own name. */
export function spanShape(kind: SpanKind, name: string, attributes: Attributes): SpanShape {
  switch (kind) {
    case 'run': {
      const operation = attributes['kind'] === 'single_agent' ? 'invoke_agent' : 'invoke_workflow';
      return { name: `${operation} ${name}`, kind: ApiSpanKind.INTERNAL, operation };
    }
    case 'model_call':
      return { name, kind: ApiSpanKind.CLIENT, operation: 'chat' };
    case 'tool':
      return { name: `execute_tool ${name}`, kind: ApiSpanKind.INTERNAL, operation: 'execute_tool' };
    case 'mcp_call':
      return { name, kind: ApiSpanKind.CLIENT, operation: toolOperation(attributes) };
    case 'server_request':
      return { name, kind: ApiSpanKind.SERVER, operation: toolOperation(attributes) };
    case 'step':
      return { name, kind: ApiSpanKind.INTERNAL };
    case 'router':
    case 'verifier':
    case 'guard':
    case 'branch':
    case 'recursion':
    case 'search_iteration':
    case 'policy':
    case 'budget':
    case 'secret':
    case 'auth':
      return { name: name === kind ? name : `${kind} ${name}`, kind: ApiSpanKind.INTERNAL };
    default:
      kind satisfies never; // a kind newer than this file
      return { name, kind: ApiSpanKind.INTERNAL };
  }
}

/** Whether a request of MCP is the call of a tool. */
export function isToolCall({ method }: Attributes): boolean {
  return method === 'tools/call';
}

function toolOperation(attributes: Attributes): string | undefined {
  return isToolCall(attributes) ? 'execute_tool' : undefined;
}
