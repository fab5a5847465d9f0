import type { Role, RolePurpose } from '../trinity/role.js';
import type { TeamState } from '../trinity/role-router.js';

/** How many numbers `turnFeatures` gives. */
export const turnFeatureCount = 12;
/** Changes whenever the numbers of `turnFeatures` do. */
export const turnFeatureVersion = 'turns-1';

/**
 * The numbers that stand for where a team is, and that no bag of words shows. In order: turns taken of those there are;
 * whether one turn is left; whether two are; whether there is a plan; whether there is an answer; whether the last answer
 * was accepted; whether it was refused; whether it came after a plan; and what the last turn was: none, plan, answer,
 * verdict. Turns that failed count as taken, and as nothing else.
 */
export function turnFeatures({ turns, maxTurns, roles }: TeamState): number[] {
  const left = maxTurns - turns.length;
  const done = turns.filter(({ failed }) => !failed);
  const purposes = done.map(({ role }) => purposeOf(roles, role));
  const answeredAt = purposes.lastIndexOf('answer');
  const verdict =
    answeredAt < 0 ? undefined : done.findLast((turn, at) => at > answeredAt && turn.accepted !== undefined);
  const last = purposes.at(-1);
  return [
    maxTurns > 0 && Number.isFinite(maxTurns) ? Math.min(1, turns.length / maxTurns) : 0,
    left === 1,
    left === 2,
    purposes.includes('plan'),
    answeredAt >= 0,
    verdict?.accepted === true,
    verdict?.accepted === false,
    answeredAt > 0 && purposes.slice(0, answeredAt).includes('plan'),
    last === undefined,
    last === 'plan',
    last === 'answer',
    last === 'verdict',
  ].map(Number);
}

/** What a role is for; `undefined` for a name that is none of theirs, `constructor` for example. */
export function purposeOf(roles: Readonly<Record<string, Role>>, name: string): RolePurpose | undefined {
  return Object.hasOwn(roles, name) ? roles[name]?.purpose : undefined;
}
