import { environmentFilter } from './environment-filter.js';
import { replaceCurrent, telemetryOf, type Telemetry } from './current.js';
import { lineTracer } from './line-tracer.js';
import { spanFilter } from './span-filter.js';

/** What `init` takes. */
export interface InitOptions {
  /** Which spans: `info`, `tako=debug,info`, `info,tako.tool=off`. @defaultValue the variable `TAKO_LOG`, else `info` */
  readonly filter?: string | undefined;
  /** A JSON object for each line, instead of lines for people. @defaultValue false */
  readonly json?: boolean | undefined;
  /** Takes each line. @defaultValue writes it to stderr */
  readonly write?: ((line: string) => void) | undefined;
}

/**
 * Tells of runs on stderr: a line for each span, and for each warning, failed try and the like. It needs no SDK and no
 * collector, and what people and models said is not in it.
 *
 * ```ts
 * const { tracer } = await init({ filter: 'tako=debug' });
 * await agent.run('Is it raining in Bergen?', { tracer });
 * ```
 *
 * @throws `invalid` for a filter that cannot be read.
 */
export function init(options: InitOptions = {}): Promise<Telemetry> {
  const { filter, json = false, write = toStderr } = options;
  const read = spanFilter(filter ?? environmentFilter('info'));
  return replaceCurrent(() => telemetryOf(lineTracer({ filter: read, json, write }), async () => undefined));
}

function toStderr(line: string): void {
  process.stderr.write(line);
}
