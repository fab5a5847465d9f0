import { styleText } from 'node:util';

import type { RunEvent, ToolResultContent } from '@tako/core';

import { shorten } from './shorten.js';

/** Where text goes: `process.stdout`, or what a test puts in its place. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** How to print. */
export interface TerminalOptions {
  /** Whether to write colours, and a line about running tools that is wiped afterwards. */
  readonly rich: boolean;
}

/** Prints a run for people, event by event: text as it comes, a line for each tool call. */
export class Terminal {
  readonly #output: Output;
  readonly #rich: boolean;
  readonly #running = new Map<string, string>();
  #atLineStart = true;
  #hasStatus = false;

  constructor(output: Output, options: TerminalOptions) {
    this.#output = output;
    this.#rich = options.rich;
  }

  /** Prints what an event tells. */
  show(event: RunEvent): void {
    switch (event.type) {
      case 'text_delta':
        this.#print(harmless(event.text));
        break;
      case 'reasoning_delta':
        this.#print(this.#styled('dim', harmless(event.text)));
        break;
      case 'tool_call_end':
        this.#running.set(event.toolCallId, `${event.name} ${shorten(harmless(event.arguments), this.#width())}`);
        this.#showStatus();
        break;
      case 'tool_call_result':
        this.#showResult(event.toolCallId, event.isError, event.durationMs, event.content);
        break;
      case 'warning':
        this.line(this.#styled('yellow', `warning: ${harmless(event.message)}`));
        break;
      default: // not for people, or of orchestrators that start other runs
    }
  }

  /** Prints a line of its own. */
  line(text: string): void {
    this.#print(`${this.#hasStatus || this.#atLineStart ? '' : '\n'}${text}\n`);
  }

  /** Names the tool calls that never came to a result: the run was stopped. */
  abandon(): void {
    for (const call of this.#running.values()) this.line(this.#styled('dim', `  ✗ ${call} stopped`));
    this.#running.clear();
  }

  #showResult(id: string, isError: boolean, durationMs: number, content: readonly ToolResultContent[]): void {
    const call = this.#running.get(id) ?? '';
    this.#running.delete(id);
    const problem = isError ? `: ${shorten(harmless(textOf(content)), this.#width())}` : '';
    const line = `  ${isError ? '✗' : '→'} ${call} ${Math.round(durationMs)} ms${problem}`;
    this.line(this.#styled(isError ? 'red' : 'cyan', line));
    this.#showStatus();
  }

  /** While tools run, a line says so. */
  #showStatus(): void {
    if (!this.#rich || this.#running.size === 0) return;
    const [first = ''] = this.#running.values();
    const others = this.#running.size > 1 ? ` and ${this.#running.size - 1} more` : '';
    const gap = this.#hasStatus || this.#atLineStart ? '' : '\n';
    this.#print(`${gap}${this.#styled('dim', `  ${shorten(`… ${first}${others}`, this.#columns(80) - 3)}`)}`);
    this.#hasStatus = true;
  }

  #print(text: string): void {
    if (text === '') return;
    this.#output.write(this.#hasStatus ? `\r\u001B[2K${text}` : text);
    this.#hasStatus = false;
    this.#atLineStart = text.endsWith('\n');
  }

  #styled(style: 'cyan' | 'dim' | 'red' | 'yellow', text: string): string {
    return this.#rich ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Room for arguments beside a tool's name and time. */
  #width(): number {
    return Math.max(40, this.#columns(120) - 45);
  }

  /** A terminal that does not know its width says 0. */
  #columns(otherwise: number): number {
    const { columns = 0 } = this.#output;
    return columns > 0 ? columns : otherwise;
  }
}

/** Text from a model or a tool, without characters that could steer the terminal. */
function harmless(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replaceAll(/\r\n/g, '\n').replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '\uFFFD');
}

function textOf(content: readonly ToolResultContent[]): string {
  return content.map((part) => (part.type === 'text' ? part.text : `(${part.type})`)).join(' ');
}
