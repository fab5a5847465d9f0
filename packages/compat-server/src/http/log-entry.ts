/** One entry of a server's log: plain JSON. It never holds a credential, a prompt or an answer. */
export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error';
  /** `request` for the one entry that each request has. */
  readonly event: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly timeMs: number;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
  readonly method?: string | undefined;
  /** Without its query. */
  readonly path?: string | undefined;
  /** 499 where the client has gone before the answer was whole. */
  readonly status?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly tenantId?: string | undefined;
  readonly userId?: string | undefined;
  readonly model?: string | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  /** The code of the error that the client was told, or that cut its stream. */
  readonly error?: string | undefined;
  /** The error's own text, for operators: what the client is not told. Redacted, and at most 300 characters. */
  readonly detail?: string | undefined;
}

/** Writes entries as lines of plain ASCII: `jsonLines(console.log)`. Whatever an entry holds stays on its line. */
export function jsonLines(write: (line: string) => void): (entry: LogEntry) => void {
  return (entry) => {
    write(safeLine(entry));
  };
}

/** JSON leaves line separators, bidirectional and invisible marks as they are; terminals and log viewers obey them. */
function safeLine(entry: LogEntry): string {
  return JSON.stringify(entry).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A logger that cannot write is no reason not to answer. */
export function harmless(logger: ((entry: LogEntry) => void) | undefined): (entry: LogEntry) => void {
  if (logger === undefined) return () => undefined;
  return (entry) => {
    try {
      logger(entry);
    } catch {
      // There is nobody left to tell.
    }
  };
}
