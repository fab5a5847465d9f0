import { join } from 'node:path';

import { arrows } from './arrows.ts';
import { entryBudgets, programBudgets } from './size-budgets.ts';
import { kb, weighEntries, weighPrograms, type Weight } from './size-report.ts';
import { textTable } from './text-table.ts';
import { readWorkspace, repository } from './workspace.ts';

const { packages } = readWorkspace(repository);
const entries = await weighEntries(packages, arrows, entryBudgets);
const programs = await weighPrograms(join(repository, 'scripts/size'), programBudgets);

const inKb = (bytes: number): string => kb(bytes).toFixed(1);
const row = (weight: Weight): string[] => [
  weight.name,
  inKb(weight.minBytes),
  inKb(weight.gzBytes),
  inKb(weight.gzBytesWithoutCore),
  weight.budgetKb?.toFixed(1) ?? 'none',
];
const head = ['bundled alone (KB)', 'min', 'min+gz', 'without core', 'budget'];
console.log(textTable([head, ...[...entries.weights, ...programs.weights].map(row)]));

const violations = [...entries.violations, ...programs.violations];
for (const violation of violations) console.error(violation);
console.log(
  `size: ${entries.weights.length} entries, ${programs.weights.length} programs, ${violations.length} violations`,
);
if (violations.length > 0) process.exitCode = 1;
