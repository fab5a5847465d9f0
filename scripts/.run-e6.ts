import { learnedTeam } from './experiments/routing/learned-team.ts';
const t = performance.now();
const { table, bars } = await learnedTeam({ seed: Number(process.argv[2] ?? 1), scale: Number(process.argv[3] ?? 1) });
for (const row of table) console.log(row.join(' | '));
for (const bar of bars) console.log(bar.holds ? 'HOLDS' : 'FAILS', bar.claim, '::', bar.seen);
console.log(((performance.now() - t) / 1000).toFixed(1), 's');
