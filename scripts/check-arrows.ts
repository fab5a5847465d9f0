import { checkArrows } from './arrow-report.ts';
import { arrows } from './arrows.ts';
import { readWorkspace, repository } from './workspace.ts';

const workspace = readWorkspace(repository);
const { modules, violations } = checkArrows(workspace, arrows);
for (const violation of violations) console.error(violation);
console.log(`arrows: ${modules} modules read, ${violations.length} violations`);
if (violations.length > 0) process.exitCode = 1;
