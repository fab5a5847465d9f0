import { Html } from './html.js';
import { palette, plotRules } from './palette.js';

/** The look of a report, by day and by night. */
export const styles: Html = new Html(`
:root {
  color-scheme: light dark;
  ${Object.entries(palette)
    .map(([name, [light, dark]]) => `--${name}: light-dark(${light}, ${dark});`)
    .join('\n  ')}
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main, header { max-width: 80rem; margin: 0 auto; padding: 1rem 1.25rem; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 0 0 .6rem; }
.faint { color: var(--faint); margin: 0; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.1rem; margin-bottom: 1rem; min-width: 0; }
.plots { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.scroll {
  overflow-x: auto;
  /* A shade at an edge behind which there is more. */
  background:
    linear-gradient(to left, var(--card) 1.5rem, transparent) right / 3rem 100% no-repeat local,
    linear-gradient(to left, var(--line), transparent) right / 1rem 100% no-repeat scroll;
}
table { border-collapse: collapse; width: 100%; }
th { text-align: left; color: var(--faint); font-size: .85rem; }
th, td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:first-child, th:first-child { position: sticky; left: 0; background: var(--card); padding-right: .9rem; }
.name { display: inline-block; width: max-content; max-width: min(16rem, 38vw); overflow-wrap: anywhere; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
th { vertical-align: bottom; }
@media (max-width: 60rem) { th { white-space: nowrap; } }
figure { margin: 0; }
figcaption { margin-bottom: .3rem; }
figure > svg { width: 100%; max-width: 40rem; height: auto; }
${plotRules}
@media (max-width: 32rem) { figure > svg text { font-size: 15px; } }
svg.tree text { font-size: 13px; fill: var(--text); font-variant-numeric: tabular-nums; }
svg.tree .label { fill: var(--faint); }
.edge { fill: none; stroke: var(--line); stroke-width: 1.5; }
.edge.way { stroke: var(--s2); stroke-width: 2.5; }
.keys { margin: .2rem 0 0; }
.key { display: inline-block; margin-right: .8rem; color: var(--faint); overflow-wrap: anywhere; }
.mark { vertical-align: -1px; margin-right: .3rem; }
.node circle { fill: color-mix(in oklab, var(--s0) var(--share), var(--card)); stroke: var(--s0); }
.chosen circle { stroke: var(--s2); stroke-width: 4; }
.chosen text { font-weight: 600; }
.failed circle { fill: var(--card); stroke: var(--bad); stroke-dasharray: 3 3; }
.root { fill: var(--faint); }
details { border-bottom: 1px solid var(--line); padding: .4rem 0; }
summary { cursor: pointer; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--ground); padding: .6rem .8rem; border-radius: .4rem; max-height: 20rem; overflow: auto; }
.bad { color: var(--bad); }
`);
