/** `1 call`, `2 calls`. */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

export function tokens(count: number): string {
  return plural(count, 'token');
}

/** Cents, and where an amount is less than one, what it needs to be seen. */
export function dollars(usd: number): string {
  if (usd === 0 || usd >= 0.01)
    return `$${usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  return `$${usd.toFixed(6)}`;
}

/** Never 100 % for what is not yet used up, and never 0 % for what is more than nothing. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (rounded === 100 && share < 1) return '99 %';
  if (rounded === 0 && share > 0) return 'under 1 %';
  return `${rounded} %`;
}

/** `2026-11-23 14:05:09`. */
export function time(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} days`;
}

/** To the second: what goes on need not be told closer. */
export function roughly(ms: number): string {
  return duration(Math.max(1, Math.round(ms / 1_000)) * 1_000).replace('.0 s', ' s');
}

export function ago(ms: number): string {
  return ms < 1_000 ? 'just now' : `${roughly(ms)} ago`;
}
