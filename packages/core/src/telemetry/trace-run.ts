import type { RunInput, RunOptions } from '../orchestrator/orchestrator.js';
import type { RunEvent } from '../orchestrator/run-event.js';
import { isTakoError } from '../error/tako-error.js';
import type { OpenRun, RunParts } from './run-parts.js';
import { RunSpans } from './run-spans.js';
import type { Tracer } from './tracer.js';

/**
 * A run's stream as a span, from the first event that is asked for to the end, however it ends. The run inside has the
 * span as its ambient one, and its parts are told of in spans below it.
 */
export async function* traceRun<Parts extends RunParts, Output>(
  tracer: Tracer,
  open: OpenRun<Parts, Output>,
  parts: Parts,
  input: RunInput,
  options: RunOptions,
): AsyncGenerator<RunEvent<Output>, void, undefined> {
  const spans = new RunSpans(tracer, parts.kind, options);
  const { run } = spans;
  let events: AsyncGenerator<RunEvent<Output>, void> | undefined;
  let isOver = false;
  let failure: unknown;
  try {
    events = run.run(() => open({ ...parts, ...spans.partsOf(parts) }, input, { ...options, tracer, span: run }));
    for (;;) {
      const asked = events;
      const step = await run.run(() => asked.next());
      if (step.done === true) {
        isOver = true;
        return;
      }
      spans.hear(step.value);
      isOver = step.value.type === 'finish';
      yield step.value;
    }
  } catch (error) {
    isOver = true;
    failure = error;
    const { usage, costUsd } = isTakoError(error) ? (error.partial ?? {}) : {};
    run.set({ ...usage, estimated: undefined, costUsd });
    throw error;
  } finally {
    if (!isOver) run.set({ isLeft: true });
    try {
      await run.run(() => events?.return());
    } finally {
      spans.end(failure);
    }
  }
}
