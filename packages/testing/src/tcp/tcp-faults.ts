/** What goes wrong on the way from the target to the client. No field: bytes pass as they are. */
export interface TcpFaults {
  /** Pause before every piece, in milliseconds. @defaultValue 0 */
  readonly latencyMs?: number | undefined;
  /** Longest piece that is sent at once, in bytes. @defaultValue as the target sends them */
  readonly pieceBytes?: number | undefined;
  /**
   * Ends a connection once the client got `afterBytes` bytes on it:
   *
   * - `close`: both ways, in good order (FIN), as a server does that stops
   * - `half_close`: the client's way stays open (FIN from us alone)
   * - `reset`: at once (RST), as a crashed server or a firewall does
   * - `stall`: nothing more comes, and the connection stays
   */
  readonly breakOff?:
    | { readonly afterBytes: number; readonly how: 'close' | 'half_close' | 'reset' | 'stall' }
    | undefined;
  /** New connections are accepted and never answered; the target does not hear of them. @defaultValue false */
  readonly blackHole?: boolean | undefined;
}
