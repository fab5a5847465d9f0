import type { ApprovalDecision, ChatRequest, Orchestrator, Provider, Tool } from '@tako/core';

/** What the orchestrator under test shall be made of. */
export interface OrchestratorParts {
  /** The model of everybody: of workers, planners and judges alike. */
  readonly provider: Provider;
  /** For those who do the work; often none. */
  readonly tools: readonly Tool[];
  /** For those who do the work: what is to happen with their tool calls. */
  readonly approve: () => ApprovalDecision;
  /** Model calls at most, for the whole tree. `undefined` where `hasLimits` is not true. */
  readonly maxCalls: number | undefined;
}

/** An orchestrator as the conformance suite takes it. */
export interface OrchestratorUnderTest {
  /** For example `self_caller of trinity`. */
  readonly name: string;
  /**
   * An orchestrator made of `parts`. The suite makes many: they must all behave alike, and keep nothing between runs. One
   * that starts other runs or judges answers shall call its model at least twice, and have an answer before the last call.
   */
  readonly make: (parts: OrchestratorParts) => Orchestrator;
  /**
   * What the model says to a request that is no work: a plan, a verdict. It must depend on nothing but the request.
   *
   * @returns `undefined` for work: the model uses a tool, where it has one, and answers.
   * @defaultValue everything is work
   */
  readonly reply?: ((request: ChatRequest) => string | undefined) | undefined;
  /**
   * Levels of runs that it opens below itself: 0 where one run is all. Of more than one level, what is tried at every
   * event elsewhere is tried at 40, spread over the run. @defaultValue 0
   */
  readonly depth?: number | undefined;
  /**
   * Whether it starts runs at the same time. Resumed, it may then do once more what one run had just done when
   * another one saved its state. @defaultValue false
   */
  readonly isParallel?: boolean | undefined;
  /** Whether it can be given `maxCalls`. @defaultValue false */
  readonly hasLimits?: boolean | undefined;
}
