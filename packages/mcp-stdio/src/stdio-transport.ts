import type { ChildProcessWithoutNullStreams } from 'node:child_process';

import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { TakoError, type Clock, type Credential, type JsonObject } from '@tako/core';
import { parseMessage, readValues, type McpTransport } from '@tako/mcp/transport';

import { LineSplitter } from './line-splitter.js';
import { ServerProcess } from './server-process.js';
import { startError } from './start-error.js';
import { StderrTail } from './stderr-tail.js';

/** What a process is started with. */
export interface StdioTransportOptions {
  /** Names the server in errors. */
  readonly source: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: Credential | undefined };
  readonly cwd: string | undefined;
  readonly graceMs: number;
  readonly maxMessageBytes: number;
  readonly onStderr: ((line: string) => void) | undefined;
  readonly clock: Clock;
}

/** How long what a dead process wrote may still be on its way to us. */
const lastWordsMs = 50;

/**
 * One process that speaks MCP on stdin and stdout, one JSON-RPC message a line.
 *
 * The SDK has such a transport too. This is another one because that one (2.4.0) tells of a server's end only when all
 * its pipes are closed, which a helper process can put off for ever, and not at all when the server closes its output;
 * says neither exit code nor what stderr held; ends the process alone and not what it started (`npx` starts the server);
 * resolves `close` before a killed process is gone; leaves timers; drops all that is pending when a message is larger
 * than 10 MiB, without a reason; and starts every server twice to find out which revision it speaks.
 */
export class StdioTransport implements McpTransport {
  readonly #options: StdioTransportOptions;
  readonly #stderr: StderrTail;
  #child: ChildProcessWithoutNullStreams | undefined;
  #process: ServerProcess | undefined;
  #isClosing = false;
  #closing: Promise<void> | undefined;
  #hasEnded = false;
  /** Why it ended by itself, in words that follow "the server". */
  #reason: string | undefined;
  #details: JsonObject | undefined;
  #stopWaiting: (() => void) | undefined;
  /** Rejects what could not be sent, when it is known why. */
  readonly #unsent: (() => void)[] = [];

  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: McpTransport['onmessage'];

  constructor(options: StdioTransportOptions) {
    this.#options = options;
    this.#stderr = new StderrTail(options.onStderr);
  }

  /** The process, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Always empty: lines go to `onStderr`. By `pid` and this the SDK knows a transport over a local pipe. */
  get stderr(): undefined {
    return undefined;
  }

  get diagnostics(): string | undefined {
    return this.#stderr.excerpt;
  }

  get failure(): TakoError | undefined {
    if (!this.#hasEnded || this.#reason === undefined) return undefined;
    const { source } = this.#options;
    const excerpt = this.#stderr.excerpt;
    const said = excerpt === undefined ? '' : `; its last lines: ${excerpt}`;
    const options = { source, excerpt, details: this.#details };
    return new TakoError('transport', `${source}: the server ${this.#reason}${said}`, options);
  }

  /**
   * Starts the process.
   *
   * @throws `not_found` when there is no such command or folder; `transport` when it cannot be run; `auth` when a
   *   variable that `env` asks for is not set.
   */
  async start(): Promise<void> {
    const { source, command, args, cwd, env } = this.#options;
    const variables = await readValues(env, { source, kind: 'env', environment: process.env });
    this.#stderr.hide([...variables.values()]);
    const { getDefaultEnvironment, spawn } = await import('./process-tools.js');
    if (this.#isClosing) throw this.#closed();

    let child: ChildProcessWithoutNullStreams;
    try {
      child = spawn(command, args, {
        env: { ...getDefaultEnvironment(), ...Object.fromEntries(variables) },
        cwd,
        // The leader of a group of its own, so that it can be ended with all it started, and so that Ctrl-C in a terminal
        // is ours to handle.
        detached: process.platform !== 'win32',
        windowsHide: true,
      });
      if (child.pid === undefined) throw await nextError(child);
    } catch (error) {
      throw startError(error, { source, command, cwd });
    }
    this.#child = child;
    this.#process = new ServerProcess(child, child.pid);
    this.#listen(child);
  }

  /** Resolves when the message is in the pipe. @throws `transport` when it cannot be sent any more. */
  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(this.failure ?? this.#closed());
      if (this.#child === undefined || this.#hasEnded) {
        fail();
        return;
      }
      this.#child.stdin.write(`${toLine(message)}\n`, (error) => {
        if (!error) resolve();
        else if (this.#hasEnded) fail();
        else this.#unsent.push(fail); // the pipe broke: what happened comes to light in a moment
      });
    });
  }

  /** Ends the process; see `ServerProcess.stop`. Resolves when it is gone. */
  close(): Promise<void> {
    this.#isClosing = true;
    // A turn later, since who hears of the end calls this too.
    this.#closing ??= Promise.resolve().then(() => this.#close());
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#end();
    const { clock, graceMs } = this.#options;
    await this.#process?.stop(clock, graceMs);
  }

  #listen(child: ChildProcessWithoutNullStreams): void {
    const lines = new LineSplitter(this.#options.maxMessageBytes);
    child.stdout.on('data', (chunk: Buffer) => {
      if (this.#hasEnded) return;
      for (const line of lines.push(chunk)) this.#read(line);
    });
    child.stderr.on('data', (chunk: Buffer) => this.#stderr.push(chunk));
    child.stderr.on('end', () => this.#stderr.end());
    child.stdout.on('end', () => this.#endSoon('closed its output'));
    child.stdin.on('error', () => this.#endSoon('closed its input'));
    child.on('exit', () => this.#endSoon('ended'));
    // It ended, and all that it wrote has arrived.
    child.on('close', () => this.#end());
    for (const stream of [child.stdout, child.stderr, child])
      stream.on('error', (error: Error) => this.onerror?.(error));
  }

  #read(line: string | undefined): void {
    if (this.#hasEnded) return;
    if (line === undefined) {
      this.#end(`sent a message of more than ${this.#options.maxMessageBytes} bytes (maxMessageBytes)`);
      return;
    }
    if (line.trim() === '') return;
    const message = parseMessage(line);
    if (message === undefined) this.onerror?.(new Error(`not a JSON-RPC message on stdout: ${line.slice(0, 200)}`));
    else this.onmessage?.(message);
  }

  /** The end has begun: what the process wrote before it may still arrive, and its exit code too. */
  #endSoon(reason: string): void {
    if (this.#hasEnded) return;
    this.#reason ??= reason;
    this.#stopWaiting ??= this.#options.clock.after(lastWordsMs, () => this.#end());
  }

  /** @param reason why, where it is not the process's own end */
  #end(reason?: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#stopWaiting?.();
    const ending = this.#process?.ending;
    this.#reason = this.#isClosing ? undefined : (reason ?? ending?.words ?? this.#reason);
    this.#details = ending?.details;
    for (const fail of this.#unsent) fail();
    this.onclose?.();
    void this.close(); // the process may have ended only its part of the talk
  }

  #closed(): TakoError {
    const { source } = this.#options;
    return new TakoError('transport', `${source}: the connection is closed`, { source });
  }
}

/** Some servers take the line and paragraph separators for line ends, as Node's `readline` does: they are escaped. */
function toLine(message: JSONRPCMessage): string {
  return JSON.stringify(message)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);
}

/** A process that did not start says why in an event. */
function nextError(child: ChildProcessWithoutNullStreams): Promise<unknown> {
  return new Promise((resolve) => {
    child.once('error', resolve);
  });
}
