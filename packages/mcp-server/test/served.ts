import {
  call,
  isToolOutput,
  tool,
  toolOutput,
  type Call,
  type RunEvent,
  type RunResult,
  type Orchestrator,
  type ToolSource,
} from '@tako/core';
import { onTestFinished } from 'vitest';

import { serveMcp, type McpServerHttpOptions, type Servable, type ServeMcpOptions } from '../src/index.js';

/** A tool that says what it is told. */
export const echo = tool({
  name: 'echo',
  description: 'Says what it is told',
  inputSchema: {
    type: 'object',
    properties: { text: { type: 'string' } },
    required: ['text'],
    additionalProperties: false,
  },
  execute: (input) => (input as { readonly text: string }).text, // the schema has seen it
});

/** A tool that ends only when its signal aborts, and what became of its calls. */
export function waiting() {
  const begun: AbortSignal[] = [];
  const wait = tool({
    name: 'wait',
    execute: (_input, context) => {
      begun.push(context.call.signal);
      return new Promise(() => undefined);
    },
  });
  return { wait, begun };
}

/** An orchestrator that yields these events, and then this result. */
export function scripted(events: readonly RunEvent[], result: Partial<RunResult>, heard: unknown[] = []): Orchestrator {
  const finished = { text: '', output: undefined, stopReason: 'final', ...result } as RunResult; // the rest is not looked at
  const orchestrator: Orchestrator = {
    contract: 1,
    kind: 'scripted',
    async *stream(input, options) {
      heard.push({ input, principal: options?.principal });
      yield* events;
      yield { type: 'finish', result: finished };
    },
    run: () => Promise.resolve(finished),
  };
  return orchestrator;
}

/** Something served over HTTP on loopback until the test is over. */
export async function listening(
  servable: Servable,
  options: Partial<ServeMcpOptions> = {},
  http: Partial<McpServerHttpOptions> = {},
) {
  const served = serveMcp(servable, { name: 'served', version: '1.0.0', graceMs: 50, ...options });
  onTestFinished(() => served.close());
  const face = served.http({ auth: 'none', ...http });
  const { url } = await face.listen();
  return { served, face, url };
}

/** Calls a tool of a source by its name, as the turn loop does, and gives its text. */
export async function callText(source: ToolSource, name: string, input: object, context: Call = call()) {
  const found = (await source.tools(context)).find((each) => each.name === name);
  const output = await found?.execute?.(input as never, { call: context, toolCallId: 'call_1' }); // the server checks it
  if (!isToolOutput(output)) throw new Error(`no output of ${name}`);
  const text = output.content.map((part) => (part.type === 'text' ? part.text : `<${part.type}>`)).join('\n');
  return { text, isError: output.isError };
}

/** One part of each kind. */
export const parts = tool({
  name: 'parts',
  execute: () =>
    toolOutput([
      { type: 'text', text: 'text' },
      { type: 'image', mimeType: 'image/png', data: 'AAAA' },
      { type: 'audio', mimeType: 'audio/wav', data: new Uint8Array([1, 2, 3]) },
      { type: 'file', mimeType: 'application/pdf', data: 'AAAA', name: 'a b.pdf' },
      { type: 'image_url', url: 'https://example.com/a.png', mimeType: 'image/png' },
    ]),
});
