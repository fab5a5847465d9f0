/** A command line or a setting that cannot be run: one line for the person who wrote it. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}
