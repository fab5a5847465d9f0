import { Html } from './html.js';

/** The look of the page, by day and by night. Every colour of text has a contrast of at least 4.5 to its ground. */
export const styles: Html = new Html(`
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #14171c);
  --card: light-dark(#ffffff, #1d2127);
  --line: light-dark(#d9dde3, #343a44);
  --text: light-dark(#1b1f24, #e6e9ee);
  --faint: light-dark(#59626d, #a2abb8);
  --good: light-dark(#1a6b3a, #6fd699);
  --bad: light-dark(#a3241c, #ff9d94);
  --middle: light-dark(#7a5200, #f0c060);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
header, main { max-width: 76rem; margin: 0 auto; padding: 1rem 1.25rem; }
header { display: flex; flex-wrap: wrap; gap: 0 1.5rem; align-items: baseline; }
h1 { font-size: 1.35rem; margin: 0; }
h2 { font-size: 1rem; margin: 0 0 .6rem; }
header p, .none, .figures, .who { color: var(--faint); margin: 0; }
main { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); padding-top: 0; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.1rem; min-width: 0; }
.wide { grid-column: 1 / -1; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; color: var(--faint); font-size: .85rem; }
th, td { padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child td { border-bottom: 0; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { white-space: nowrap; width: 40%; }
meter { width: 70%; height: 1rem; vertical-align: middle; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
.badge { border: 1px solid currentColor; border-radius: 1rem; padding: 0 .55rem; font-size: .82rem; white-space: nowrap; }
.badge.closed { color: var(--good); }
.badge.open { color: var(--bad); }
.badge.half_open { color: var(--middle); }
details { border-bottom: 1px solid var(--line); padding: .45rem 0; }
details:last-child { border-bottom: 0; }
summary { cursor: pointer; }
.figures { font-variant-numeric: tabular-nums; }
ul { margin: .3rem 0 0; padding-left: 1.2rem; border-left: 2px solid var(--line); list-style: none; }
li { padding: .1rem 0; }
.failed { color: var(--bad); }
`);
