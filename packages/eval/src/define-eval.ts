import type { EvalOptions } from './evaluate.js';

/** Types the config of `tako-eval`: `export default defineEval({ … })`. */
export function defineEval(options: EvalOptions): EvalOptions {
  return options;
}
