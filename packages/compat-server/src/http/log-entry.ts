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

/** Writes entries as lines of JSON: `jsonLines(console.log)`. Whatever an entry holds stays on its line. */
export function jsonLines(write: (line: string) => void): (entry: LogEntry) => void {
  return (entry) => {
    write(safeLine(entry));
  };
}

/** JSON leaves line separators, bidirectional marks and the like as they are; terminals and log viewers obey them. */
function safeLine(entry: LogEntry): string {
  return JSON.stringify(entry).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
