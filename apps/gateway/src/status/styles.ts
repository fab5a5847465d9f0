/** The look of the page, by day and by night. Every colour of text has a contrast of at least 4.5 to its ground. */
export const styles = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f5f7, #12151a);
  --card: light-dark(#ffffff, #1b1f26);
  --line: light-dark(#e3e6eb, #2d333d);
  --text: light-dark(#1b1f24, #e6e9ee);
  --faint: light-dark(#59626d, #a2abb8);
  --link: light-dark(#1c5dbf, #8ab8ff);
  --good: light-dark(#1a6b3a, #6fd699);
  --good-ground: light-dark(#e3f4e9, #17301f);
  --bad: light-dark(#a3241c, #ff9d94);
  --bad-ground: light-dark(#fdeae8, #3b1a18);
  --middle: light-dark(#7a5200, #f0c060);
  --middle-ground: light-dark(#fdf1d8, #35290f);
}
* { box-sizing: border-box; }
body { margin: 0 0 2rem; background: var(--ground); color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
header, main { max-width: 74rem; margin: 0 auto; padding: 1.25rem 1rem; }
header { display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; align-items: baseline; }
header p, small, .none, .figures { color: var(--faint); margin: 0; }
header strong { color: var(--text); }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 0 0 .35rem; }
h2 small { font-weight: 400; margin-left: .4rem; }
main { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); padding-top: 0; align-items: start; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.1rem .6rem; min-width: 0; }
.wide { grid-column: 1 / -1; }
ul { list-style: none; margin: 0; padding: 0; }
li { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center; padding: .55rem 0; border-top: 1px solid var(--line); }
li:first-child { border-top: 0; }
.none { padding: .4rem 0 .6rem; }
.grow { flex: 1 1 9rem; min-width: 0; }
.grow small { display: block; font-size: .85rem; overflow-wrap: anywhere; }
code { font: .92rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: .2em; }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.figures { font-size: .88rem; font-variant-numeric: tabular-nums; }
.figures em { font-style: normal; color: var(--text); margin-left: .35rem; }
.pill { flex: none; max-width: 100%; border-radius: 1rem; padding: .08rem .65rem; font-size: .82rem; font-weight: 500; overflow-wrap: anywhere; }
.pill.ok { color: var(--good); background: var(--good-ground); }
.pill.down { color: var(--bad); background: var(--bad-ground); }
.pill.degraded { color: var(--middle); background: var(--middle-ground); }
.account .grow { flex: 1 1 10rem; }
.caps { flex: 3 1 16rem; min-width: 0; display: grid; gap: .45rem; }
.bar { display: block; width: 100%; height: .5rem; margin-top: .2rem; border-radius: .25rem; overflow: hidden; }
.bar .track { fill: var(--line); }
.bar .spent { fill: var(--good); }
.bar.degraded .spent { fill: var(--middle); }
.bar.down .spent { fill: var(--bad); }
.bar .reserved { fill: var(--faint); }
time { white-space: nowrap; }
.run { display: grid; grid-template-columns: 1fr auto; }
.run .figures { grid-area: 2 / 1 / auto / -1; }
@media (min-width: 48rem) {
  .run { grid-template-columns: 1fr auto minmax(9.5rem, max-content); }
  .run .figures { grid-area: auto; }
  .run .pill { justify-self: end; }
}
@media (max-width: 30rem) {
  header, main { padding-left: .75rem; padding-right: .75rem; }
  section { padding: .85rem .85rem .4rem; }
}
`;
