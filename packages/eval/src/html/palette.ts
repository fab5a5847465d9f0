/** Colours by day and by night. Text and lines have a contrast of at least 4.5 to their ground, but for `line`. */
export const palette: { readonly [name: string]: readonly [light: string, dark: string] } = {
  ground: ['#f6f7f9', '#14171c'],
  card: ['#ffffff', '#1d2127'],
  line: ['#d9dde3', '#3a414c'],
  text: ['#1b1f24', '#e6e9ee'],
  faint: ['#59626d', '#a2abb8'],
  bad: ['#a3241c', '#ff9d94'],
  s0: ['#1f5fbf', '#7db1ff'],
  s1: ['#b3470f', '#ffab73'],
  s2: ['#1a6b3a', '#6fd699'],
  s3: ['#7a2fa0', '#d39bf2'],
  s4: ['#8a6500', '#f0c860'],
  s5: ['#0b6b75', '#6fd3dd'],
  s6: ['#b01f6b', '#ff9ccb'],
  s7: ['#4f5b6b', '#c2cad6'],
};

/** Series of more colours than that begin anew; their marks still differ. */
export const seriesCount = 8;

/** Rules for the lines of a plot, whatever it is part of: `--s0` and the like must be set. */
export const plotRules: string = `
.grid line { stroke: var(--line); }
.level line { stroke: var(--faint); stroke-dasharray: 5 4; }
svg text { fill: var(--text); font-size: 12px; }
.axis text, .level text { fill: var(--faint); }
${Array.from({ length: seriesCount }, (_, at) => `.series-${at} { --c: var(--s${at}); }`).join(' ')}
svg [class^=series] path { fill: var(--c); }
svg [class^=series] polyline { fill: none; stroke: var(--c); stroke-width: 2; }
svg .interval { stroke: var(--c); stroke-width: 2; opacity: .55; }
`;
