import {
  inSpan,
  invalidOptions,
  providerError,
  system,
  systemClock,
  user,
  type ChatRequest,
  type Orchestrator,
  type RunEvent,
  type RunInput,
  type RunOptions,
  type RunResult,
} from '@tako/core';

import { runWithin } from '../turn/run-within.js';
import { checkLimits } from '../tree/limits.js';
import { condensed, quoted } from '../tree/quoted.js';
import { runBranch, type BranchOutcome } from '../tree/run-branch.js';
import type { Settled } from '../tree/settled.js';
import { runToEnd, streamTree, type TreeEnding } from '../tree/stream-tree.js';
import type { TreeRun } from '../tree/tree-run.js';
import { checkWorker } from '../tree/worker.js';
import { turnStateRouter, type RoleChoice, type TeamState, type TeamTurn } from './role-router.js';
import { readNext, readVerdict, trinityRoles, type Role } from './role.js';
import type { TrinityOptions } from './trinity-options.js';

/** Turns are its only line of work. */
const branch = 0;

/**
 * A team that takes turns: a router picks who goes on in which role, from what was said so far (TRINITY, arXiv:2512.04695).
 *
 * ```ts
 * const team = new Trinity({ agents: { luna: openai({ model: 'gpt-6-luna' }), opus: anthropic({ model: 'claude-opus-5' }) } });
 * const { text, stopReason } = await team.run('Prove that there is no largest prime.');
 * ```
 *
 * It ends when a verifier accepts an answer (`final`), when the router says that the team is done (`final`), or after
 * `maxTurns` (`max_steps`); the answer is the last one that was given. A team that never answers fails: with the error of
 * its last turn that failed, else `malformed_response`. A verifier is never the agent whose answer it checks, as long as
 * another may check. With `roles` of your own it is a plain team: who speaks is the router's choice alone.
 * Turns are told as `branch_event`s; only the answer is told as text.
 */
export class Trinity<Output = unknown> implements Orchestrator<Output> {
  readonly contract = 1;
  readonly kind: string = 'trinity';
  /** What it was made of, defaults filled in: for `dryRun`. Its form may change in any release. */
  readonly options: object;
  readonly #options: Settled<TrinityOptions>;

  /** @throws `invalid` for options that cannot work; no I/O is done. */
  constructor(options: TrinityOptions) {
    const {
      agents,
      roles = trinityRoles,
      router = turnStateRouter(),
      maxTurns = 5,
      turnTimeoutMs = 120_000,
      maxCharactersPerTurn = 8_000,
      limits = {},
      clock = systemClock(globalThis),
    } = options;
    checkLimits(limits, 'Trinity');
    checkTeam(agents, roles);
    if (!(maxTurns >= 1)) throw invalidOptions('Trinity', `maxTurns must be at least 1, got ${maxTurns}`);
    this.options = this.#options = {
      agents,
      roles,
      router,
      maxTurns,
      turnTimeoutMs,
      maxCharactersPerTurn,
      limits,
      clock,
    };
  }

  /** See `Orchestrator.stream`. */
  stream(input: RunInput, options: RunOptions = {}): AsyncGenerator<RunEvent<Output>, void, undefined> {
    const { limits, clock } = this.#options;
    return streamTree({ kind: this.kind, limits, clock }, input, options, (run) => this.#answer(run));
  }

  /** See `Orchestrator.run`. */
  run(input: RunInput, options?: RunOptions): Promise<RunResult<Output>> {
    return runToEnd(this, input, options);
  }

  async #answer(run: TreeRun): Promise<TreeEnding> {
    const { roles, maxTurns } = this.#options;
    const turns: TeamTurn[] = [];
    let failure: Extract<BranchOutcome, { ok: false }> | undefined;
    let stopReason: 'final' | 'max_steps' = 'max_steps';
    while (turns.length < maxTurns) {
      const choice = await this.#choose(run, turns);
      if ('done' in choice) {
        stopReason = 'final';
        break;
      }
      const { agent, role } = choice;
      const purpose = roles[role]?.purpose;
      const outcome = await this.#takeTurn(run, turns, agent, role);
      const { text } = outcome;
      if (!outcome.ok) failure = outcome;
      else if (purpose === 'answer') run.best = outcome;
      const accepted = purpose === 'verdict' && outcome.ok ? readVerdict(text) : undefined;
      const suggestedRole = purpose === 'plan' && outcome.ok ? this.#roleNamed(readNext(text)) : undefined;
      turns.push({ agent, role, text, accepted, suggestedRole, failed: !outcome.ok });
      if (accepted === true && run.best !== undefined) {
        stopReason = 'final';
        break;
      }
    }
    const answer = run.best;
    if (answer === undefined) {
      throw providerError(failure?.error ?? 'malformed_response', failure?.message ?? 'the team came to no answer');
    }
    if (answer.text !== '') await run.tell({ type: 'text_delta', step: turns.length, branch, text: answer.text });
    return { stopReason, answer };
  }

  /** The router's choice, checked, put right where a verifier would check itself, and told. */
  async #choose(run: TreeRun, turns: readonly TeamTurn[]): Promise<RoleChoice> {
    const { router, agents, roles, maxTurns, turnTimeoutMs, clock } = this.#options;
    const step = turns.length;
    const names = Object.keys(agents);
    const state: TeamState = { messages: run.messages, turns, maxTurns, agents: names, roles };
    const bounds = { signal: run.call.signal, timeoutMs: turnTimeoutMs, clock, what: 'the role router' };
    const start = { kind: 'router', name: 'choose', attributes: { step, branch } } as const;
    const choice = await run.once(`route:${step}`, async () =>
      inSpan(run.callAt({ step, branch }), start, async (call, span) => {
        const given = await runWithin(bounds, (signal) => router.choose(state, { ...call, signal }));
        const chosen = plainChoice(given);
        if (!('done' in chosen)) span?.set({ worker: chosen.agent, role: chosen.role, confidence: chosen.confidence });
        span?.content?.('reason', chosen.reason);
        return chosen;
      }),
    );
    if ('done' in choice) return choice;
    const suggested = turns.at(-1)?.suggestedRole;
    const role = suggested ?? choice.role;
    // Routers may name anything, `constructor` too.
    const known = Object.hasOwn(roles, role) ? roles[role] : undefined;
    if (known === undefined || !names.includes(choice.agent)) {
      const there = `agents ${names.join(', ')}; roles ${Object.keys(roles).join(', ')}`;
      throw invalidOptions('router', `it chose agent "${choice.agent}" as "${role}"; there are ${there}`);
    }
    const agent = this.#impartial(choice.agent, known, turns);
    const why = suggested === undefined ? choice.reason : `${choice.reason}; the last plan asked for ${suggested}`;
    const reason = agent === choice.agent ? why : `${why}; ${choice.agent} may not check itself`;
    await run.tell({ type: 'route', step, branch, name: agent, role, reason, confidence: choice.confidence });
    return { ...choice, agent, role, reason };
  }

  /** Another agent where `agent` would judge its own answer, if another may. */
  #impartial(agent: string, role: Role, turns: readonly TeamTurn[]): string {
    const { agents, roles } = this.#options;
    if (role.purpose !== 'verdict') return agent;
    const author = turns.findLast((turn) => !turn.failed && roles[turn.role]?.purpose === 'answer')?.agent;
    if (agent !== author) return agent;
    return (role.agents ?? Object.keys(agents)).find((name) => name !== author) ?? agent;
  }

  #roleNamed(name: string | undefined): string | undefined {
    return Object.keys(this.#options.roles).find((role) => role.toLowerCase() === name?.toLowerCase());
  }

  async #takeTurn(run: TreeRun, turns: readonly TeamTurn[], agent: string, role: string): Promise<BranchOutcome> {
    const { agents, roles, turnTimeoutMs, maxCharactersPerTurn } = this.#options;
    const worker = agents[agent];
    const part = roles[role];
    if (worker === undefined || part === undefined) throw invalidOptions('Trinity', `there is no ${agent} or ${role}`);
    const { request, messages } = run.start;
    const said = turns
      .filter(({ failed }) => !failed)
      .map((turn) => `${turn.role} (${turn.agent}):\n${quoted(condensed(turn.text, maxCharactersPerTurn))}`);
    const work =
      said.length === 0 ? [] : [user(`What the team has said so far:\n\n${said.join('\n\n')}\n\nIt is your turn.`)];
    const asked: ChatRequest = {
      ...request,
      // The caller's form is that of the answer.
      responseFormat: part.purpose === 'answer' ? request.responseFormat : undefined,
      messages: [system(part.prompt), ...messages, ...work],
    };
    const step = turns.length;
    return runBranch(run, {
      step,
      branch,
      name: agent,
      task: role,
      worker,
      request: asked,
      timeoutMs: turnTimeoutMs,
      isDraft: part.purpose === 'answer',
    });
  }
}

/** Plain JSON of a choice: routers may hand out more than was asked for. */
function plainChoice(
  choice: RoleChoice,
): { done: true; reason: string } | { agent: string; role: string; reason: string; confidence?: number } {
  if ('done' in choice) return { done: true, reason: choice.reason };
  const { agent, role, reason, confidence } = choice;
  return { agent, role, reason, ...(confidence === undefined ? {} : { confidence }) };
}

function checkTeam(agents: TrinityOptions['agents'], roles: Readonly<Record<string, Role>>): void {
  const names = Object.keys(agents);
  if (names.length === 0) throw invalidOptions('Trinity', 'at least one agent is needed');
  for (const name of names) checkWorker(agents[name], `Trinity agent ${name}`);
  if (!Object.values(roles).some(({ purpose }) => purpose === 'answer')) {
    throw invalidOptions('Trinity', 'at least one role must have the purpose "answer"');
  }
  for (const [role, { agents: able = names }] of Object.entries(roles)) {
    const stranger = able.find((name) => !names.includes(name));
    if (stranger !== undefined || able.length === 0) {
      throw invalidOptions(
        'Trinity',
        `role "${role}" names ${stranger === undefined ? 'nobody' : `"${stranger}", no agent`}`,
      );
    }
  }
}
