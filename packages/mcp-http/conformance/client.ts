/**
 * The client that the conformance runner starts: `McpHttp`, used as an application would use it.
 *
 * The runner adds the server's address to its arguments, and says in the environment which scenario it is and what
 * credentials there are.
 */
import { call, isTakoError, type JsonSchema, type Tool } from '@tako/core';
import { McpHttp } from '@tako/mcp-http';

import { credentialsOf, HeadlessUser } from './credentials.ts';

const url = process.argv.at(-1) ?? '';
const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? '';
const context: unknown = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}');

const user = new HeadlessUser(scenario, context);
const client = new McpHttp({
  url,
  authProvider: credentialsOf(scenario, context) ?? user,
  // Each runner has the scenarios of its own era.
  protocolVersion: process.env['TAKO_CONFORMANCE_VERSION'] === '2026-07-28' ? '2026-07-28' : '2025-11-25',
  onElicitation: (params) => ({
    action: 'accept',
    content: 'requestedSchema' in params ? defaultsOf(params.requestedSchema) : {},
  }),
  onWarning: (message) => process.stderr.write(`${message}\n`),
});

/** A server that is content with no token shall not send its user from page to page for ever. */
const mostVisits = 3;

/** Does it again after a visit to the page that the user was sent to, where there is one. */
async function signedIn<T>(work: () => Promise<T>): Promise<T> {
  for (let visits = 0; ; visits++) {
    try {
      return await work();
    } catch (error) {
      if (visits >= mostVisits || !isTakoError(error, 'auth', 'permission')) throw error;
      const callback = await user.visit();
      if (callback === undefined) throw error;
      await client.finishAuth(callback);
    }
  }
}

function defaultsOf(schema: JsonSchema): Record<string, string | number | boolean | string[]> {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, { readonly default?: unknown }>); // the SDK has looked at it
  return Object.fromEntries(
    properties.flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value as string]])),
  );
}

/** Arguments that fit a schema: what the scenarios' tools take. */
function argumentsFor(schema: JsonSchema): object {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, { readonly type?: unknown }>); // see above
  return Object.fromEntries(
    properties.map(([name, { type }]) => [name, type === 'number' || type === 'integer' ? 5 : 'text']),
  );
}

/** What to call: what the scenario says, or each tool once. */
function callsOf(tools: readonly Tool[]): readonly PlannedCall[] {
  const { toolCalls } = context as { readonly toolCalls?: readonly PlannedCall[] }; // the runner's own words
  if (toolCalls !== undefined) return toolCalls;
  // Its server has tools to look at, none to call.
  if (scenario === 'json-schema-ref-no-deref') return [];
  const rich = tools.find(({ name }) => name === 'json_schema_2020_12_tool');
  if (rich !== undefined) return [{ name: 'json_schema_echo', arguments: { schema: rich.inputSchema } }];
  return tools.map(({ name, inputSchema }) => ({ name, arguments: argumentsFor(inputSchema) }));
}

interface PlannedCall {
  readonly name: string;
  readonly arguments: object;
}

try {
  const tools = await signedIn(() => client.tools(call()));
  for (const planned of callsOf(tools)) {
    const tool = tools.find(({ name }) => name === planned.name);
    const output = await signedIn(
      async () => tool?.execute?.(planned.arguments as never, { call: call(), toolCallId: planned.name }), // made by its own schema
    );
    process.stdout.write(`${planned.name}: ${JSON.stringify(output)}\n`);
  }
} finally {
  await client.close();
}
