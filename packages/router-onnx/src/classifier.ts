import { invalidOptions, providerError, TakoError } from '@tako/core';
import type { InferenceSession } from 'onnxruntime-web';

const inputName = 'features';
const outputName = 'logits';

/** An ONNX model that takes `features` float32[1,N] and gives `logits` float32[1,K]. */
export interface Classifier {
  /** N; `undefined` for a model that leaves it open. */
  readonly width: number | undefined;
  /** @returns K finite numbers. @throws `invalid` for other than N features; `malformed_response` for anything else */
  logits(features: ArrayLike<number>): Promise<readonly number[]>;
  /** Gives its memory back. */
  release(): Promise<void>;
}

/** What a model must fit. */
export interface ClassifierShape {
  /** K: how many logits it must give. */
  readonly classes: number;
  /** N, where it is known before the model is. */
  readonly width: number | undefined;
}

/**
 * Loads a model.
 *
 * @throws `invalid` for bytes that are no model, and for one with another input, width or K.
 */
export async function loadClassifier(bytes: Uint8Array, { classes, width }: ClassifierShape): Promise<Classifier> {
  // On demand: the WebAssembly behind it is 14 MB.
  const { env, InferenceSession: Session, Tensor } = await import('onnxruntime-web/wasm');
  // A classifier of this size gains nothing by threads, and they would keep the process alive.
  env.wasm.numThreads ??= 1;
  const session = await Session.create(bytes, { executionProviders: ['wasm'], logSeverityLevel: 4 }).catch(
    (error: unknown) => {
      throw new TakoError('invalid', 'onnxRouter: the bytes are no ONNX model that can be run', { cause: error });
    },
  );
  let taken: number | undefined;
  try {
    taken = checkShape(session.inputMetadata, inputName, width);
    checkShape(session.outputMetadata, outputName, classes);
  } catch (error) {
    await session.release();
    throw error;
  }
  /** A session runs one call at a time. */
  let last: Promise<unknown> = Promise.resolve();

  return {
    width: taken,
    async logits(features) {
      if (taken !== undefined && features.length !== taken)
        throw invalidOptions('onnxRouter', `the model takes ${taken} features; given were ${features.length}`);
      const input = new Tensor('float32', Float32Array.from(features), [1, features.length]);
      const running = last.then(() => session.run({ [inputName]: input }));
      last = running.catch(() => undefined);
      const outputs = await running.catch((error: unknown) => {
        throw providerError('malformed_response', 'onnxRouter: the model failed', { cause: error, retryable: false });
      });
      const data = outputs[outputName]?.data;
      const logits = data instanceof Float32Array ? Array.from(data) : [];
      if (logits.length === classes && logits.every((logit) => Number.isFinite(logit))) return logits;
      const what = logits.length === classes ? 'a logit that is no finite number' : `${logits.length} logits`;
      throw providerError('malformed_response', `onnxRouter: the model gave ${what}, ${classes} were asked for`, {
        retryable: false,
      });
    },
    async release() {
      await last;
      await session.release();
    },
  };
}

type Metadata = readonly InferenceSession.ValueMetadata[];

/**
 * The width of the only value; `undefined` where the model leaves it open.
 *
 * @throws `invalid` unless that is a float32[1,width] of this name. A dimension without a number fits any.
 */
function checkShape(values: Metadata, name: string, width: number | undefined): number | undefined {
  const [value] = values;
  const shape = value?.isTensor === true ? value.shape : [];
  const fits =
    values.length === 1 &&
    value?.name === name &&
    value.isTensor &&
    value.type === 'float32' &&
    shape.length === 2 &&
    [1, width].every((wanted, at) => wanted === undefined || isOpen(shape[at]) || shape[at] === wanted);
  if (fits) return isOpen(shape[1]) ? undefined : shape[1];
  const found = values.map((it) => `${it.name} ${it.isTensor ? `${it.type}[${it.shape.join(',')}]` : 'no tensor'}`);
  throw invalidOptions('onnxRouter', `the model has ${found.join(', ')}; wanted is ${name} float32[1,${width ?? 'N'}]`);
}

function isOpen(size: number | string | undefined): size is string | undefined {
  return typeof size !== 'number' || size < 0;
}
