import type { Readable } from 'node:stream';

import { parseJSONRPCMessage, type JSONRPCMessage, type Transport } from '@modelcontextprotocol/server';

import type { Output } from './own-stdout.js';

const lineEnd = 0x0a;

/**
 * JSON-RPC in lines over two streams. A line that is no message is answered by an error, one that is too long too, and
 * the lines after it are read on.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** Told when it is closed, after the SDK: `onclose` is the SDK's alone. */
  onend: () => void = () => undefined;
  readonly #input: Readable;
  readonly #output: Output;
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #heldBytes = 0;
  #isSkipping = false;
  #isClosed = false;

  constructor(input: Readable, output: Output, maxBytes: number) {
    this.#input = input;
    this.#output = output;
    this.#maxBytes = maxBytes;
  }

  async start(): Promise<void> {
    this.#input.on('data', this.#read);
    this.#input.once('end', this.#end);
    this.#input.once('close', this.#end);
    this.#input.on('error', this.#end);
    this.#output.on('error', this.#end);
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(new Error('the connection is closed'));
        return;
      }
      this.#output.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#input.off('data', this.#read);
    this.#input.pause();
    this.onclose?.();
    this.onend();
  }

  readonly #end = (): void => {
    void this.close();
  };

  readonly #read = (chunk: Buffer): void => {
    let from = 0;
    for (let at = chunk.indexOf(lineEnd); at >= 0; at = chunk.indexOf(lineEnd, from)) {
      this.#hold(chunk.subarray(from, at));
      from = at + 1;
      this.#lineEnds();
    }
    this.#hold(chunk.subarray(from));
  };

  #hold(piece: Buffer): void {
    if (this.#isSkipping || piece.length === 0) return;
    this.#pieces.push(piece);
    this.#heldBytes += piece.length;
    if (this.#heldBytes <= this.#maxBytes) return;
    this.#take();
    this.#isSkipping = true;
    this.#refuse(-32_600, `a message has at most ${this.#maxBytes} bytes`);
  }

  #take(): Buffer {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#heldBytes = 0;
    return bytes;
  }

  #lineEnds(): void {
    const bytes = this.#take();
    const isSkipped = this.#isSkipping;
    this.#isSkipping = false;
    if (isSkipped) return;
    let value: unknown;
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      if (text.trim() === '') return;
      value = JSON.parse(text);
    } catch {
      this.#refuse(-32_700, 'that is no JSON in UTF-8');
      return;
    }
    let message: JSONRPCMessage;
    try {
      message = parseJSONRPCMessage(value);
    } catch {
      this.#refuse(-32_600, 'that is no message of JSON-RPC 2.0');
      return;
    }
    this.onmessage?.(message);
  }

  /** An answer to what has no id that could be read. */
  #refuse(code: number, message: string): void {
    if (this.#isClosed) return;
    this.#output.write(`${JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } })}\n`);
  }
}
