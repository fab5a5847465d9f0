import {
  assistant,
  invalidOptions,
  isTakoError,
  toTakoError,
  user,
  type ChatRequest,
  type ErrorCode,
  type JsonObject,
  type Provider,
} from '@tako/core';

import { linkedSignal } from '../tree/linked-signal.js';
import { runBranch, type BranchOutcome } from '../tree/run-branch.js';
import type { Answer, TreeRun } from '../tree/tree-run.js';
import type { Worker } from '../tree/worker.js';
import { runWithin } from '../turn/run-within.js';
import { askVerifier } from '../verifiers/ask-verifier.js';
import type { RoutedModels, SearchSettings } from './read-options.js';
import type { SearchTree } from './search/search-tree.js';
import type { Trial } from './search/tree-search.js';

/** What an answer is made of. */
export interface AnswerBasis {
  readonly trial: Trial;
  readonly tree: SearchTree;
  /** The answer to refine. */
  readonly refines: MadeAnswer | undefined;
  /** Aborts when the search is over. */
  readonly signal: AbortSignal;
}

/** What came of a trial. Without a score it came to nothing. */
export interface MadeAnswer extends Answer {
  readonly score?: number | undefined;
  readonly feedback?: string | undefined;
  readonly failure?:
    | { readonly of: 'generator' | 'verifier'; readonly error: ErrorCode; readonly message: string }
    | undefined;
}

/** What a state keeps of a trial besides its text. */
export interface TrialRecord {
  /** False where there is no score: a run that failed as a whole tries it again. */
  readonly ok: boolean;
  /** The trial whose answer it refines; -1 for none. */
  readonly parent: number;
  readonly generator: string;
  readonly score?: number;
  readonly feedback?: string;
  readonly error?: ErrorCode;
  readonly message?: string;
  readonly failed?: 'generator' | 'verifier';
}

/**
 * Makes one answer and has it judged; in a resumed run, what it came to before.
 *
 * @throws when the whole run cannot go on, or the search is over
 */
export async function makeAnswer(run: TreeRun, settings: SearchSettings, basis: AnswerBasis): Promise<MadeAnswer> {
  const link = linkedSignal(run.call.signal, basis.signal);
  try {
    return await makeWithin(run, settings, { ...basis, signal: link.signal });
  } finally {
    link.unlink();
  }
}

async function makeWithin(run: TreeRun, settings: SearchSettings, basis: AnswerBasis): Promise<MadeAnswer> {
  const { trial, tree, signal } = basis;
  const { id, parent, generator } = trial;
  const place = { step: tree.depth(parent) + 1, branch: id };
  const request = requestOf(run, settings, basis);
  const { name, worker, features } = await chooseWorker(run, settings, trial, { request, place, signal });
  const startedMs = run.clock.now();
  const outcome = await runBranch(run, {
    ...place,
    kind: 'search_iteration',
    name,
    worker,
    request,
    task: parent < 0 ? undefined : `refine answer ${tree.node(parent)?.trial ?? parent}`,
    defaults: { temperature: settings.temperature },
    timeoutMs: settings.generationTimeoutMs,
    isDraft: true,
    signal,
  });
  const latencyMs = run.clock.now() - startedMs;
  const record = await run.once(`trial:${id}`, async () => {
    const above = { parent: tree.node(parent)?.trial ?? -1, generator: name };
    const came: TrialRecord = { ...above, ...(await judgeOutcome(run, settings, { place, outcome, signal })) };
    const routed = settings.generators.get(generator);
    if (routed !== undefined && 'router' in routed) {
      const { score, error, failed } = came;
      const how = failed === 'generator' ? { error } : { score };
      routed.router.learn?.({ providerId: worker.id ?? name, request, features, latencyMs, ...how });
    }
    return came as TrialRecord & JsonObject; // plain JSON, as its type says
  });
  const { score, feedback, failed, error = 'provider', message = '' } = record;
  const output = outcome.ok ? outcome.output : undefined;
  const failure = failed === undefined ? undefined : { of: failed, error, message };
  return { text: outcome.text, output, score, feedback, failure };
}

/** The conversation, and for a refinement the answer and what to do about it. */
function requestOf(run: TreeRun, { refine }: SearchSettings, { refines }: AnswerBasis): ChatRequest {
  const { request } = run.start;
  if (refines === undefined) return { ...request, messages: run.messages };
  const { text, score = 0, feedback } = refines;
  return { ...request, messages: [...run.messages, assistant(text), user(refine({ score, feedback }))] };
}

interface Place {
  readonly step: number;
  readonly branch: number;
}

/** What a worker is chosen for. */
interface RoutedRequest {
  readonly request: ChatRequest;
  readonly place: Place;
  readonly signal: AbortSignal;
}

interface ChosenWorker {
  readonly name: string;
  readonly worker: Worker & { readonly id?: string };
  readonly features?: readonly number[] | undefined;
}

async function chooseWorker(
  run: TreeRun,
  settings: SearchSettings,
  { id, generator, parent }: Trial,
  asked: RoutedRequest,
): Promise<ChosenWorker> {
  const worker = settings.generators.get(generator);
  if (worker === undefined) throw invalidOptions('AbMcts', `there is no generator "${generator}"`);
  const { place } = asked;
  if ('router' in worker) return routeTo(run, settings, worker, asked);
  const reason = parent < 0 ? `answer ${id} is a fresh one` : `answer ${id} refines another`;
  await run.tell({ type: 'route', ...place, name: generator, reason });
  return { name: generator, worker };
}

/** @throws `invalid` where the router names nobody; what the router throws */
async function routeTo(
  run: TreeRun,
  { generationTimeoutMs: timeoutMs, clock }: SearchSettings,
  { router, candidates }: RoutedModels,
  { request, place, signal }: RoutedRequest,
): Promise<ChosenWorker> {
  const bounds = { signal, timeoutMs, clock, what: 'the router' };
  const route = await run.once(`route:${place.branch}`, async () => {
    const chosen = await runWithin(bounds, (own) =>
      router.route({ request, step: place.step, candidates }, run.callAt(place, own)),
    );
    const { providerId, reason, confidence, features } = chosen;
    return {
      providerId,
      reason,
      ...(confidence === undefined ? {} : { confidence }),
      ...(features === undefined ? {} : { features: [...features] }),
    };
  });
  const provider: Provider | undefined = candidates.find(({ id }) => id === route.providerId);
  if (provider === undefined) {
    const ids = candidates.map(({ id }) => id).join(', ');
    throw invalidOptions('router', `it chose "${route.providerId}", no candidate; there is ${ids}`);
  }
  await run.tell({ type: 'route', ...place, name: provider.id, reason: route.reason, confidence: route.confidence });
  return { name: provider.id, worker: provider, features: route.features };
}

async function judgeOutcome(
  run: TreeRun,
  { verifier, clock }: SearchSettings,
  { place, outcome, signal }: { readonly place: Place; readonly outcome: BranchOutcome; readonly signal: AbortSignal },
): Promise<Omit<TrialRecord, 'parent' | 'generator'>> {
  if (!outcome.ok) {
    const { error, message } = outcome;
    await warn(run, place, 'generation_failed', `answer ${place.branch} could not be made (${error}: ${message})`);
    return { ok: false, failed: 'generator', error, message };
  }
  try {
    const attempt = { messages: run.messages, text: outcome.text };
    const { score, feedback } = await askVerifier(verifier, attempt, run.callAt(place, signal), { clock });
    const verdict = { score, ...(feedback === undefined ? {} : { feedback }) };
    await run.tell({ type: 'verifier_score', ...place, ...verdict, isPartial: false });
    return { ok: true, ...verdict };
  } catch (error) {
    if (signal.aborted || isTakoError(error, 'budget_exhausted')) throw error;
    const { code, message } = toTakoError(error, 'invalid', 'the verifier threw');
    await warn(run, place, 'verifier_failed', `answer ${place.branch} could not be judged (${code}: ${message})`);
    return { ok: false, failed: 'verifier', error: code, message };
  }
}

function warn(run: TreeRun, place: Place, code: string, message: string): Promise<void> {
  return run.tell({ type: 'warning', ...place, code, message });
}
