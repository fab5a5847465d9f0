import type { Writable } from 'node:stream';

/** As much of a stream as the protocol needs. */
export type Output = Pick<Writable, 'write' | 'on'>;

/**
 * Keeps `stdout` for the protocol: what others write there (`console.log` among them) goes to `stderr` instead.
 *
 * @returns what still writes to `stdout`, and how to give it back
 */
export function ownStdout(): { readonly output: Output; readonly release: () => void } {
  const { stdout, stderr } = process;
  // oxlint-disable-next-line typescript/unbound-method -- it is put back where it was
  const original = stdout.write;
  const write: typeof original = original.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  return {
    output: { write, on: stdout.on.bind(stdout) as Writable['on'] }, // a stdout is a Writable, whatever its other types say
    release: () => {
      stdout.write = original;
    },
  };
}
