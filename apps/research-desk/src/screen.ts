import { styleText } from 'node:util';

import { gridOf, type Style } from './grid.js';
import { accountOf, type Progress } from './progress.js';
import { shorten } from './text-width.js';

/** Where text goes: `process.stdout`, or what a test puts in its place. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
}

/** How to print. */
export interface ScreenOptions {
  /** Whether what was written may be written over. */
  readonly isLive: boolean;
  readonly hasColours: boolean;
  readonly now: () => number;
}

/** Not more often is anything drawn anew. */
const frameMs = 80;

/** Shows how far all of them are: in a terminal as a grid that is drawn over, else as lines, each with a name in front. */
export class Screen {
  readonly #output: Output;
  readonly #options: ScreenOptions;
  readonly #all: readonly Progress[];
  #drawn = 0;
  #drawnMs = -Infinity;

  constructor(output: Output, all: readonly Progress[], options: ScreenOptions) {
    this.#output = output;
    this.#all = all;
    this.#options = options;
  }

  /** Columns that may be used; what does not know its width gets lines of any length. */
  get columns(): number {
    const { columns = 0 } = this.#output;
    return columns > 0 ? columns : 100;
  }

  readonly style: Style = (style, text) =>
    this.#options.hasColours ? styleText(style, text, { validateStream: false }) : text;

  /** Something has happened. `line` is what, in a few words. */
  tell(progress: Progress, line: string | undefined): void {
    if (this.#options.isLive) {
      if (this.#options.now() - this.#drawnMs >= frameMs) this.#draw();
    } else if (line !== undefined) {
      const name = `[${progress.name}]`;
      this.line(`${this.style('cyan', name)} ${shorten(line, Math.max(20, this.columns - name.length - 2))}`);
    }
  }

  /** Time goes on. */
  tick(): void {
    if (this.#options.isLive) this.#draw();
  }

  /** One of them is done. */
  end(progress: Progress): void {
    if (this.#options.isLive) this.#draw();
    else this.tell(progress, `${progress.ending}: ${accountOf(progress, this.#options.now())}`);
  }

  /** Prints a line below everything. */
  line(text: string): void {
    this.#output.write(`${text}\n`);
    this.#drawn = 0;
  }

  #draw(): void {
    const rows = gridOf(this.#all, this.columns, this.#options.now(), this.style);
    // Only what is on the screen can be written over.
    const { rows: height = 0 } = this.#output;
    const shown = rows.slice(0, Math.max(1, (height > 0 ? height : 24) - 1));
    const up = this.#drawn > 0 ? `\u001B[${this.#drawn}A` : '';
    this.#output.write(up + shown.map((row) => `\r\u001B[2K${row}\n`).join(''));
    this.#drawn = shown.length;
    this.#drawnMs = this.#options.now();
  }
}
