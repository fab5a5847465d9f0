import type { ToolSource } from '@tako/core';

/** A tool source as the conformance suite takes it. */
export interface ToolSourceUnderTest {
  /** For example `mcp-stdio`. */
  readonly name: string;
  /**
   * Makes a source whose far side is a `toolServer`, behind whatever the source talks to it over. Called for every case
   * anew. The far side has to live through the death of the server: the next call finds a server again.
   */
  readonly start: () => StartedToolSource | Promise<StartedToolSource>;
}

/** A source, and how to be rid of it. */
export interface StartedToolSource {
  readonly source: ToolSource;
  /** Credentials that the source sends: the suite looks for them in every error. @defaultValue none */
  readonly secrets?: readonly string[] | undefined;
  /** Closes the source, for good. */
  readonly close: () => Promise<void>;
  /** Ends the far side, after the source was closed. @defaultValue there is nothing to end */
  readonly stop?: (() => void | Promise<void>) | undefined;
}
