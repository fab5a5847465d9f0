import { Html } from './html.js';

/** The look of a report, by day and by night. Text has a contrast of at least 4.5 to its ground. */
export const styles: Html = new Html(`
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #14171c);
  --card: light-dark(#ffffff, #1d2127);
  --line: light-dark(#d9dde3, #3a414c);
  --text: light-dark(#1b1f24, #e6e9ee);
  --faint: light-dark(#59626d, #a2abb8);
  --bad: light-dark(#a3241c, #ff9d94);
  --s0: light-dark(#1f5fbf, #7db1ff);
  --s1: light-dark(#b3470f, #ffab73);
  --s2: light-dark(#1a6b3a, #6fd699);
  --s3: light-dark(#7a2fa0, #d39bf2);
  --s4: light-dark(#8a6500, #f0c860);
  --s5: light-dark(#0b6b75, #6fd3dd);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main, header { max-width: 80rem; margin: 0 auto; padding: 1rem 1.25rem; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 0 0 .6rem; }
.faint { color: var(--faint); margin: 0; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.1rem; margin-bottom: 1rem; min-width: 0; }
.plots { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; color: var(--faint); font-size: .85rem; }
th, td { padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
figure { margin: 0; }
svg { max-width: 100%; height: auto; }
svg.tree { max-width: none; }
svg text { fill: var(--text); font-size: 12px; }
.axis text { fill: var(--faint); }
.grid line, svg.tree line { stroke: var(--line); }
.series-0 { --c: var(--s0); } .series-1 { --c: var(--s1); } .series-2 { --c: var(--s2); }
.series-3 { --c: var(--s3); } .series-4 { --c: var(--s4); } .series-5 { --c: var(--s5); }
svg [class^=series] circle { fill: var(--c); }
svg [class^=series] polyline { fill: none; stroke: var(--c); stroke-width: 2; }
svg .interval { stroke: var(--c); stroke-width: 2; opacity: .55; }
.key { white-space: nowrap; margin-right: .6rem; color: var(--faint); }
.key i { display: inline-block; width: .7rem; height: .7rem; border-radius: 50%; background: var(--c); margin-right: .3rem; }
.node circle { fill: color-mix(in oklab, var(--s0) calc(var(--share) * .55), var(--card)); stroke: var(--s0); }
.chosen circle { stroke: var(--s2); stroke-width: 4; }
.failed circle { fill: var(--card); stroke: var(--bad); stroke-dasharray: 3 3; }
.root { fill: var(--faint); }
details { border-bottom: 1px solid var(--line); padding: .4rem 0; }
summary { cursor: pointer; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--ground); padding: .6rem .8rem; border-radius: .4rem; max-height: 20rem; overflow: auto; }
.bad { color: var(--bad); }
`);
