import { cancelled, TakoError, toolOutput, type Call, type Tool, type ToolContext, type ToolOutput } from '@tako/core';
import { expect, test } from 'vitest';

import { toolServer, type RpcMessage, type ToolServer } from './tool-server.js';
import { toolSourceConformance } from './tool-source-conformance.js';
import type { StartedToolSource } from './tool-source-under-test.js';

const password = 'hunter2-hunter2-hunter2';

/** An answer of the server's. */
interface Answer {
  readonly result?: { readonly [name: string]: unknown };
  readonly error?: { readonly message: string };
}

/** A source without a wire, as right as can be; `faults` make it wrong in one way each. */
class DirectSource {
  readonly name = 'direct';
  readonly #faults: ReadonlySet<string>;
  #server: ToolServer = toolServer();
  #waiting = new Map<number, (answer: Answer | Error) => void>();
  #listed: readonly Tool[] | undefined;
  #isClosed = false;
  #nextId = 0;

  constructor(faults: readonly string[]) {
    this.#faults = new Set(faults);
  }

  async tools(call: Call): Promise<readonly Tool[]> {
    if (call.signal.aborted && !this.#faults.has('aborted lists')) throw cancelled(call.signal.reason);
    const listed = (this.#isClosed ? undefined : this.#listed) ?? (await this.#list());
    if (call.signal.aborted && !this.#faults.has('aborted lists')) throw cancelled(call.signal.reason);
    return listed;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#end('the session is closed', this.#faults.has('retryable end'));
  }

  async #list(): Promise<readonly Tool[]> {
    const tools: Tool[] = [];
    for (let cursor: unknown = undefined; ;) {
      const { result } = await this.#ask('tools/list', { cursor });
      const page = (result?.['tools'] ?? []) as readonly Tool[]; // our own server
      for (const { name, description, inputSchema } of page) {
        const execute = (input: object, context: ToolContext) => this.#call(name, input, context.call);
        const schema = this.#faults.has('no schemas') ? { type: 'object' } : inputSchema;
        tools.push({ name: this.#legal(name), description, inputSchema: schema, execute });
      }
      cursor = result?.['nextCursor'];
      if (cursor === undefined || this.#faults.has('one page')) break;
      if (tools.length > 1_000 && this.#faults.has('short lists')) break;
    }
    this.#listed = tools;
    return tools;
  }

  #legal(name: string): string {
    return this.#faults.has('illegal names') ? name : name.replace(/[^\w-]/g, '_').slice(0, 64);
  }

  async #call(name: string, input: object, { signal }: Call): Promise<ToolOutput> {
    if (signal.aborted && !this.#faults.has('aborted calls')) throw cancelled(signal.reason);
    const { result, error } = await this.#ask('tools/call', { name, arguments: input }, signal);
    if (error !== undefined) {
      const cause = this.#faults.has('telling causes') ? new Error(`sent with ${password}`) : undefined;
      throw new TakoError('tool', this.#faults.has('no reasons') ? 'it failed' : error.message, { cause });
    }
    const isError = result?.['isError'] === true && !this.#faults.has('no errors');
    const content = result?.['content'] as ToolOutput['content'];
    this.#choke(content);
    return this.#faults.has('bare results') ? { content, isError } : toolOutput(content, { isError });
  }

  /** What a result costs that is larger than some limit. */
  #choke([part]: ToolOutput['content']): void {
    if (part?.type !== 'text' || part.text.length <= 32 * 1024 * 1024) return;
    if (this.#faults.has('limits without a code')) throw new RangeError('too large');
    if (!this.#faults.has('ends of too much')) return;
    this.#isClosed = true;
    throw new TakoError('transport', 'it was too large');
  }

  #ask(method: string, params: object, signal?: AbortSignal): Promise<Answer> {
    if (this.#isClosed) {
      const options = { retryable: this.#faults.has('retryable end') };
      return Promise.reject(new TakoError('transport', 'the session is closed', options));
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        if (!this.#faults.has('no word of aborts'))
          this.#send({ method: 'notifications/cancelled', params: { requestId: id } });
        settle(cancelled(this.#faults.has('no causes') ? undefined : signal?.reason));
      };
      const settle = (answer: Answer | Error): void => {
        this.#waiting.delete(id);
        if (!this.#faults.has('leaks')) signal?.removeEventListener('abort', onAbort);
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      };
      signal?.addEventListener('abort', onAbort);
      this.#waiting.set(id, settle);
      this.#send({ id, method, params: { ...params } });
    });
  }

  #send(message: RpcMessage): void {
    const server = this.#server;
    // In a later turn, as over a wire.
    setImmediate(() =>
      server.receive(message, {
        send: (answer) => setImmediate(() => this.#receive(answer)),
        die: () => this.#die(),
      }),
    );
  }

  #receive(message: object): void {
    if ('method' in message && !this.#faults.has('stale lists')) this.#listed = undefined;
    if ('id' in message && typeof message.id === 'number') {
      // A second answer to a question, for instance, or a late one.
      if (this.#faults.has('ends of strangers') && !this.#waiting.has(message.id)) this.#die();
      this.#waiting.get(message.id)?.(message as Answer); // our own server's
    }
    if ('id' in message && this.#faults.has('takes any answer')) {
      const [first] = this.#waiting.values();
      first?.(message as Answer); // our own server's
    }
  }

  #die(): void {
    if (!this.#faults.has('never back')) this.#server = toolServer();
    if (!this.#faults.has('lists of the dead')) this.#listed = undefined;
    this.#end('the server went away', true);
  }

  #end(why: string, retryable: boolean): void {
    const waiting = [...this.#waiting.values()];
    const code = this.#faults.has('wrong code') ? 'provider' : 'transport';
    for (const settle of waiting) settle(new TakoError(code, why, { retryable }));
  }
}

function start(...faults: readonly string[]): StartedToolSource {
  const source = new DirectSource(faults);
  return { source, close: () => source.close(), secrets: [password] };
}

test.each(toolSourceConformance({ name: 'direct', start: () => start() }))(
  'a correct source passes: $name',
  async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  },
);

test.each([
  'one page',
  'illegal names',
  'aborted lists',
  'aborted calls',
  'no reasons',
  'no errors',
  'bare results',
  'no causes',
  'no word of aborts',
  'leaks',
  'stale lists',
  'lists of the dead',
  'never back',
  'retryable end',
  'wrong code',
  'no schemas',
  'takes any answer',
  'telling causes',
])('a source with a fault (%s) fails', async (fault) => {
  const failures: string[] = [];
  for (const { name, run } of toolSourceConformance({ name: fault, start: () => start(fault) })) {
    await run().catch(() => failures.push(name));
  }
  expect(failures).not.toEqual([]);
});

test.each([
  ['short lists', 'list: ten thousand tools'],
  ['limits without a code', 'call: a text of 100 MiB'],
  ['ends of too much', 'call: a text of 100 MiB'],
  ['ends of strangers', 'call: an answer that comes after the abort'],
  ['ends of strangers', 'call: answers that repeat'],
  ['takes any answer', 'call: an answer that comes after the abort'],
  ['takes any answer', 'call: answers that repeat'],
  ['no schemas', 'call: a tool whose schema refers to itself'],
])('a source with a fault (%s) fails the case made for it: %s', async (fault, name) => {
  const cases = toolSourceConformance({ name: fault, start: () => start(fault) });
  await expect(cases.find((each) => each.name.startsWith(name))?.run()).rejects.toBeInstanceOf(Error);
});

test('cases have names of their own', () => {
  const names = toolSourceConformance({ name: 'direct', start: () => start() }).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
