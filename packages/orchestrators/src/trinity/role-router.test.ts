import { call, user } from '@tako/core';
import { expect, test } from 'vitest';

import { turnStateRouter, type TeamState, type TeamTurn, type TurnStateRouterOptions } from './role-router.js';
import { trinityRoles } from './role.js';

/** What the router says after these turns: `worker ann`. A `!` in front means that the turn failed. */
async function next(turns: string, options?: TurnStateRouterOptions, state?: Partial<TeamState>): Promise<string> {
  const taken = turns.split(', ').flatMap((turn): TeamTurn[] => {
    const [role = '', agent = ''] = turn.replace('!', '').split(' ');
    return role === '' ? [] : [{ agent, role, text: 'x', failed: turn.startsWith('!') }];
  });
  const whole = { messages: [user('Q')], turns: taken, maxTurns: 5, agents: ['ann', 'bob'], roles: trinityRoles };
  const choice = await turnStateRouter(options).choose({ ...whole, ...state }, call());
  return 'done' in choice ? 'done' : `${choice.role} ${choice.agent}`;
}

test('plan, answer, check; after a refusal another answers', async () => {
  expect(await next('')).toBe('thinker ann');
  expect(await next('thinker ann')).toBe('worker ann');
  expect(await next('thinker ann, worker ann')).toBe('verifier ann');
  expect(await next('thinker ann, worker ann, verifier bob')).toBe('worker bob');
});

test('without a first plan it starts with an answer', async () => {
  expect(await next('', { plansFirst: false })).toBe('worker ann');
});

test('the last turn is never spent on a plan', async () => {
  expect(await next('', {}, { maxTurns: 1 })).toBe('worker ann');
  expect(await next('!thinker ann, !thinker bob, !thinker ann, !thinker bob')).toBe('worker ann');
});

test('a turn that failed is as if it had not been, but another has the next', async () => {
  expect(await next('!thinker ann')).toBe('thinker bob');
  expect(await next('thinker ann, !worker ann')).toBe('worker bob');
});

test('skill goes before turn', async () => {
  const skills = { worker: { bob: 0.9, ann: 0.2 } };
  expect(await next('thinker ann, !worker bob', { skills })).toBe('worker bob');
});

test('only those who may play a role are taken', async () => {
  const roles = { ...trinityRoles, thinker: { ...trinityRoles.thinker, agents: ['bob'] } };
  expect(await next('', {}, { roles })).toBe('thinker bob');
});

test('a team without planners or verifiers only answers', async () => {
  const { worker } = trinityRoles;
  expect(await next('', {}, { roles: { worker } })).toBe('worker ann');
  expect(await next('worker ann', {}, { roles: { worker } })).toBe('worker bob');
});
