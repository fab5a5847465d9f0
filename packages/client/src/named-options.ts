import type { Orchestrator, Provider } from '@tako/core';

/** Options that hold one model. */
type ModelField = 'provider' | 'coordinator';
/** Options that hold one worker. */
type WorkerField = 'inner';
/** Options that hold several models, or several workers by name. */
type ModelsField = 'candidates';
type WorkersField = 'workers' | 'agents' | 'generators';

/** A worker, or the id of a model to do the work; so too where it is described. */
type NamedWorker<Worker> = Worker extends Provider | Orchestrator
  ? Worker | string
  : Worker extends { readonly worker: infer Inside }
    ? Omit<Worker, 'worker'> & { readonly worker: NamedWorker<Inside> }
    : Worker;

type NamedWorkers<Workers> = { readonly [Name in keyof Workers]: NamedWorker<Workers[Name]> };

/** The options of an orchestrator in which every model may be named by its id. */
export type NamedOptions<Options> = {
  readonly [Field in keyof Options]: Field extends ModelField
    ? Options[Field] | string
    : Field extends ModelsField
      ? readonly (Provider | string)[] | undefined
      : Field extends WorkerField
        ? NamedWorker<Options[Field]>
        : Field extends WorkersField
          ? NamedWorkers<Options[Field]>
          : Options[Field];
};

/** Finds what an id or a provider stands for. */
export interface Finder {
  readonly model: (named: string | Provider) => Provider;
  readonly worker: (named: string | Provider | Orchestrator) => Provider | Orchestrator;
}

type Given = string | Provider | Orchestrator;

/** The options with everything found that was named in them. */
export function foundOptions(options: object, { model, worker }: Finder): object {
  const described = (given: Given | { readonly worker: Given }): unknown => {
    if (isNothing(given)) return given;
    return typeof given === 'object' && 'worker' in given ? { ...given, worker: worker(given.worker) } : worker(given);
  };
  const found = Object.entries(options).map(([field, value]: [string, unknown]): [string, unknown] => {
    if (isNothing(value)) return [field, value];
    // Fields of these names hold these types: see above.
    switch (field as ModelField | ModelsField | WorkerField | WorkersField) {
      case 'provider':
      case 'coordinator':
        return [field, model(value as string | Provider)];
      case 'candidates':
        return [field, (value as readonly (string | Provider)[]).map(model)];
      case 'inner':
        return [field, worker(value as Given)];
      case 'workers':
      case 'agents':
      case 'generators': {
        const named = Object.entries(value as { readonly [name: string]: Given });
        return [field, Object.fromEntries(named.map(([name, given]) => [name, described(given)]))];
      }
      default:
        return [field, value];
    }
  });
  return Object.fromEntries(found);
}

/** Absent, or wrong in JavaScript: the constructor says what is missing. */
function isNothing(value: unknown): boolean {
  return typeof value !== 'string' && (typeof value !== 'object' || value === null);
}
