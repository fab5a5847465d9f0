import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { providerConformance } from '../src/index.js';
import { acmeWire } from './acme/acme-wire.js';
import { mutants } from './mutants.js';
test('matrix', { timeout: 900_000 }, async () => {
  const killed = new Map<string, string[]>();
  const messages: string[] = [];
  const queue = [...mutants];
  await Promise.all(
    Array.from({ length: 12 }, async () => {
      for (let m = queue.shift(); m !== undefined; m = queue.shift()) {
        for (const c of providerConformance({ name: m.fault, wire: acmeWire('sse'), make: m.make })) {
          try {
            await c.run();
            killed.set(c.name, killed.get(c.name) ?? []);
          } catch (e) {
            killed.set(c.name, [...(killed.get(c.name) ?? []), m.fault]);
            if (c.name.startsWith(m.caughtBy))
              messages.push(`${m.fault} => ${String((e as Error).message).slice(0, 250)}`);
          }
        }
      }
    }),
  );
  writeFileSync(
    '/tmp/matrix.txt',
    messages.join('\n') +
      '\n\nNEVER KILLED\n' +
      [...killed]
        .filter(([, by]) => by.length === 0)
        .map(([n]) => n)
        .join('\n') +
      '\n\nALL\n' +
      [...killed].map(([n, by]) => `${n}: ${by.length} ${by.slice(0, 3).join('; ')}`).join('\n'),
  );
});
