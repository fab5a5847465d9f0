import { invalidOptions, type Orchestrator, type Principal, type Provider } from '@tako/core';

import { refused, type Failure } from '../errors/failure.js';
import { modelNotFound } from '../errors/known-failures.js';
import { isOrchestrator, isProvider, type ModelOptions, type Servable, type ServeTarget } from './servable.js';

/** Who may use which model. */
export type Grants = (principal: Principal, model: string) => boolean;

/** A model as clients see it. */
export interface ListedModel {
  readonly id: string;
  readonly object: 'model';
  /** Seconds since 1970-01-01 UTC: when the server started. */
  readonly created: number;
  readonly owned_by: 'tako';
}

/** What answers a request, or why nothing does. */
export type FoundModel =
  /** The id is that of the list: without options. */
  { readonly target: Orchestrator | Provider; readonly id: string } | { readonly failure: Failure };

const longestId = 256;

/** The models of a server, by id. */
export class ModelCatalog {
  readonly #models: ReadonlyMap<string, Servable>;
  readonly #created: number;
  readonly #grants: Grants;
  readonly #caps: ModelOptions;

  /**
   * @param caps the largest value of each option that ids may carry
   * @throws `invalid` for a target that is neither an orchestrator, a provider, nor a map of these.
   */
  constructor(target: ServeTarget, created: number, grants: Grants, caps: ModelOptions) {
    this.#models = readTarget(target);
    this.#created = created;
    this.#grants = grants;
    this.#caps = caps;
  }

  /** What the caller may use. */
  list(principal: Principal): ListedModel[] {
    return Array.from(this.#models.keys())
      .filter((id) => this.#grants(principal, id))
      .map((id) => this.#listed(id));
  }

  /** One model, if there is such and the caller may use it. */
  get(principal: Principal, id: string): ListedModel | undefined {
    return this.#models.has(id) && this.#grants(principal, id) ? this.#listed(id) : undefined;
  }

  /** What answers as the model of this id, options included. */
  find(principal: Principal, model: string): FoundModel {
    if (model.length > longestId) return { failure: modelNotFound };
    const whole = this.#models.get(model);
    const mark = model.indexOf('?');
    const id = whole === undefined && mark >= 0 ? model.slice(0, mark) : model;
    const servable = whole ?? this.#models.get(id);
    if (servable === undefined || !this.#grants(principal, id)) return { failure: modelNotFound };
    const given = id === model ? '' : model.slice(mark + 1);
    if (typeof servable !== 'function') {
      return given === ''
        ? { target: servable, id }
        : { failure: wrongOptions('This model takes no options in its id.') };
    }
    const options = this.#optionsOf(given);
    return typeof options === 'string' ? { failure: wrongOptions(options) } : { target: servable(options), id };
  }

  #listed(id: string): ListedModel {
    return { id, object: 'model', created: this.#created, owned_by: 'tako' };
  }

  /** The options in an id, or what is wrong with them. */
  #optionsOf(text: string): ModelOptions | string {
    const options: Record<string, number> = {};
    for (const [name, value] of new URLSearchParams(text)) {
      const most = Object.hasOwn(this.#caps, name) ? this.#caps[name] : undefined;
      if (most === undefined) return 'The id of the model has an option that this server does not take.';
      if (Object.hasOwn(options, name)) return `The id of the model has the option ${name} twice.`;
      if (!/^\d{1,9}(\.\d{1,9})?$/.test(value)) return `The option ${name} of the model must be a number.`;
      if (Number(value) > most) return `The option ${name} of the model may be at most ${most} here.`;
      options[name] = Number(value);
    }
    return options;
  }
}

function wrongOptions(message: string): Failure {
  return refused(400, 'invalid_value', message, { param: 'model' });
}

function readTarget(target: ServeTarget): ReadonlyMap<string, Servable> {
  const given: unknown = target; // callers without types pass anything
  if (isProvider(given)) return new Map([[given.id, given]]);
  if (isOrchestrator(given)) return new Map([[`tako/${given.kind.replaceAll('_', '-')}`, given]]);
  if (typeof given !== 'object' || given === null || 'contract' in given) {
    throw invalidOptions('serveOpenAI', 'the target must be an orchestrator, a provider, or models by id');
  }
  const entries: Iterable<readonly [unknown, unknown]> = given instanceof Map ? given : Object.entries(given);
  const models = new Map<string, Servable>();
  for (const [id, servable] of entries) {
    if (typeof id !== 'string' || id === '' || id.length > longestId) {
      throw invalidOptions('serveOpenAI', `a model's id must have 1 to ${longestId} characters`);
    }
    if (!isServable(servable)) {
      throw invalidOptions('serveOpenAI', `the model "${id}" is no orchestrator, provider or function`);
    }
    models.set(id, servable);
  }
  if (models.size === 0) throw invalidOptions('serveOpenAI', 'there is no model to serve');
  return models;
}

function isServable(value: unknown): value is Servable {
  return typeof value === 'function' || isProvider(value) || isOrchestrator(value);
}
