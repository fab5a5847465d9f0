import {
  cancelled,
  invalidOptions,
  textOf,
  toTakoError,
  type Call,
  type Route,
  type Router,
  type RouteRequest,
} from '@tako/core';
import { ownError } from '@tako/core/provider';

import { loadClassifier, type Classifier } from './classifier.js';
import { promptFeatureCount, promptFeatures } from './prompt-features.js';

/** What stands for a request: as many numbers as the model takes. */
export type OnnxFeatures =
  | {
      /**
       * Turns the last text that a person said into numbers: what the model was trained with, such as `hashedNgrams()` for a
       * head of `trainHead`. @defaultValue `promptFeatures`, 16 numbers
       */
      readonly encoder?: ((text: string) => ArrayLike<number>) | undefined;
      readonly features?: undefined;
    }
  | {
      /** The numbers of the whole request, where the last text does not say enough. */
      readonly features: (request: RouteRequest) => ArrayLike<number>;
      readonly encoder?: undefined;
    };

/** What `onnxRouter` takes. */
export type OnnxRouterOptions = OnnxFeatures & {
  /** The model's bytes, or what reads them when the first route is asked for. */
  readonly model: Uint8Array | (() => Uint8Array | Promise<Uint8Array>);
  /** Provider ids in the order of the model's logits: it must have exactly as many. */
  readonly pool: readonly string[];
};

/** A router that holds a model in memory. */
export interface OnnxRouter extends Router, AsyncDisposable {
  /** See `Router.route`. */
  route(request: RouteRequest, call: Call): Promise<Route>;
  /** Loads the model now rather than with the first route. @throws as `onnxRouter` says */
  load(): Promise<void>;
  /** Gives the model's memory back. Another route loads it again. */
  close(): Promise<void>;
}

/**
 * Chooses by an ONNX classifier: `features` float32[1,N] to `logits` float32[1,K], one for each of the pool. N is what the
 * model says: a head of any width that `toOnnx` of `@tako/orchestrators/learning` wrote will do. The highest logit among
 * the candidates wins, its share of the softmax over them is the confidence.
 *
 * A candidate that the pool does not hold is refused: it could never be chosen. Candidates that cannot take the call should
 * not be offered: wrap it by `filtered` of `@tako/orchestrators/routers`.
 *
 * @throws `invalid` for a pool without ids or with one twice. `route` throws `invalid` for bytes that are no model, a model
 *   with another input or another K, features that are not as many finite numbers as it takes, and candidates outside of
 *   the pool; `malformed_response` for logits that are no finite numbers; `cancelled`.
 */
export function onnxRouter(options: OnnxRouterOptions): OnnxRouter {
  const { model, pool, encoder = promptFeatures } = options;
  const features = options.features ?? (({ request }: RouteRequest) => encoder(questionOf(request)));
  // Of our own features it is known how many they are: a model for others is found out when it is loaded.
  const width = options.features === undefined && options.encoder === undefined ? promptFeatureCount : undefined;
  if (pool.length === 0 || new Set(pool).size < pool.length) {
    throw invalidOptions('onnxRouter', 'the pool must hold at least one id, and each once');
  }
  let loading: Promise<Classifier> | undefined;

  const load = async (): Promise<Classifier> => {
    loading ??= read(model)
      .then((bytes) => loadClassifier(bytes, { classes: pool.length, width }))
      .catch((error: unknown) => {
        // A file that could not be read may be there the next time.
        loading = undefined;
        throw toTakoError(error, 'invalid', 'onnxRouter: the model could not be read');
      });
    try {
      return await loading;
    } catch (error) {
      throw ownError(error); // runs that wait for the same file hang what each of them received on it
    }
  };
  const close = async (): Promise<void> => {
    const open = loading;
    loading = undefined;
    // What failed to load holds nothing.
    const classifier = await open?.catch(() => undefined);
    await classifier?.release();
  };

  return {
    async route(request, { signal }) {
      throwIfAborted(signal);
      const strangers = request.candidates.filter(({ id }) => !pool.includes(id)).map(({ id }) => id);
      if (strangers.length > 0 || request.candidates.length === 0) {
        const who = strangers.length > 0 ? strangers.join(', ') : 'nobody';
        throw invalidOptions('onnxRouter', `it knows ${pool.join(', ')}; offered was ${who}`);
      }
      const numbers = Array.from(features(request));
      if (numbers.length === 0 || !numbers.every((number) => Number.isFinite(number))) {
        throw invalidOptions('onnxRouter', 'features must be finite numbers, at least one');
      }
      const classifier = await load();
      throwIfAborted(signal);
      const logits = await classifier.logits(numbers);
      throwIfAborted(signal);
      return { ...best(request, pool, logits), features: numbers };
    },
    load: async () => {
      await load();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function read(model: OnnxRouterOptions['model']): Promise<Uint8Array> {
  return typeof model === 'function' ? model() : model;
}

function best({ candidates }: RouteRequest, pool: readonly string[], logits: readonly number[]): Route {
  const offered = candidates.map(({ id }) => ({ id, logit: logits[pool.indexOf(id)] ?? -Infinity }));
  const highest = offered.reduce((left, right) => (right.logit > left.logit ? right : left));
  // Against the highest, so that nothing overflows.
  const sum = offered.reduce((total, { logit }) => total + Math.exp(logit - highest.logit), 0);
  const confidence = 1 / sum;
  return {
    providerId: highest.id,
    reason: `the classifier gives it ${(confidence * 100).toFixed(0)} % among ${offered.length}`,
    confidence,
  };
}

/** The last text that a person said; empty where there is none. */
function questionOf({ messages }: RouteRequest['request']): string {
  for (const message of messages.toReversed()) {
    if (message.role !== 'user') continue;
    const text = textOf(message);
    if (text.trim() !== '') return text;
  }
  return '';
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled(signal.reason);
}
