import type { Role } from '../trinity/role.js';
import type { Head } from './fit-head.js';

/**
 * Lets a head begin with the usual order: plan, answer, check, and answer anew after a refusal. By small steps, so that a search
 * round it sees other orders too.
 *
 * @param head is written to
 * @param agents so many lines stand before those of the roles
 * @param textWidth so many numbers stand before those of the turn
 */
export function firstRoles(head: Head, roles: Readonly<Record<string, Role>>, agents: number, textWidth: number): void {
  // The places of `turnFeatures`: what the last turn was.
  const [none, plan, answer, verdict] = [8, 9, 10, 11];
  const goesOn = { plan: [none], answer: [plan, verdict], verdict: [answer] };
  for (const [at, { purpose }] of Object.values(roles).entries()) {
    const start = (agents + at) * (head.width + 1) + textWidth;
    for (const place of goesOn[purpose]) head.values[start + place] = step;
  }
}

const step = 0.1;
