import { expect, test } from 'vitest';

import { progressOf } from './progress.js';
import { Screen } from './screen.js';

const all = [progressOf('single', 0), progressOf('trinity', 0)] as const;

function screen(options: { rows?: number; columns?: number; isLive?: boolean; hasColours?: boolean }): {
  readonly written: string[];
  readonly screen: Screen;
  pass(ms: number): void;
} {
  const written: string[] = [];
  let nowMs = 0;
  const { rows, columns, isLive = true, hasColours = false } = options;
  const output = { rows, columns, write: (text: string) => void written.push(text) };
  return {
    written,
    screen: new Screen(output, all, { isLive, hasColours, now: () => nowMs }),
    pass: (ms) => void (nowMs += ms),
  };
}

const linesOf = (text = ''): number => text.split('\n').length - 1;
const upOf = (text = ''): number => Number(text.startsWith('\u001B[') ? /\[(\d+)A/.exec(text)?.[1] : 0);

test('a grid is written over where it stands, and not more often than it can be seen', () => {
  const { written, screen: live, pass } = screen({ rows: 40, columns: 80 });
  live.tell(all[0], 'one');
  live.tell(all[0], 'two');
  expect(written).toHaveLength(1);
  pass(100);
  live.tell(all[1], 'three');
  expect(written).toHaveLength(2);
  expect(upOf(written[0])).toBe(0);
  expect(upOf(written[1])).toBe(linesOf(written[0]));
});

test.each([
  [5, 4],
  [1, 1],
  [0, 6],
  [undefined, 6],
])('in a terminal of %j rows it takes %i lines: what scrolled away cannot be written over', (rows, lines) => {
  const { written, screen: live } = screen({ rows: rows as number, columns: 80 });
  live.tick();
  live.tick();
  expect([linesOf(written[0]), upOf(written[1])]).toEqual([lines, lines]);
});

test('a line of its own stays: what is drawn next stands below it', () => {
  const { written, screen: live } = screen({ rows: 40, columns: 80 });
  live.tick();
  live.line('done');
  live.tick();
  expect(upOf(written[2])).toBe(0);
});

test('elsewhere each event is a line with a name, cut at the width where there is one; colours only where wanted', () => {
  const { written, screen: plain } = screen({ isLive: false, columns: 30 });
  plain.tell(all[1], 'a line that is longer than thirty columns');
  plain.tell(all[1], undefined);
  plain.tick();
  expect(written).toEqual(['[trinity] a line that is long…\n']);
  const { written: coloured, screen: rich } = screen({ isLive: false, hasColours: true });
  rich.tell(all[0], 'x');
  expect(coloured[0]).toBe('\u001B[36m[single]\u001B[39m x\n');
});
