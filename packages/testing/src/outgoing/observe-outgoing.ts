import { createHook } from 'node:async_hooks';

/** What went out of a process, or wanted to. */
export interface Outgoing {
  /** `connect`: a TCP connection or a pipe. `lookup`: a name of DNS. `udp`: a socket for datagrams, wherever they go. */
  readonly kind: 'connect' | 'lookup' | 'udp';
  /** `127.0.0.1:443`, `[::1]:443`, `unix:/run/x.sock`; the name that was looked up; empty for `udp`. */
  readonly to: string;
}

/** The operations of Node that leave the machine, by the names that `async_hooks` gives them. */
const kinds: Readonly<Record<string, Outgoing['kind']>> = {
  TCPCONNECTWRAP: 'connect',
  PIPECONNECTWRAP: 'connect',
  GETADDRINFOREQWRAP: 'lookup',
  QUERYWRAP: 'lookup',
  UDPWRAP: 'udp',
};

/**
 * Notes every connection and every name lookup of this thread, whoever makes it and however it was imported, until `stop` is called.
 *
 * It watches Node's own operations, beneath `net`, `tls`, `http2`, `fetch` and `dns`: replacing functions of those modules would miss
 * who took hold of them before.
 */
export function observeOutgoing(): { stop(): readonly Outgoing[] } {
  const seen: [kind: Outgoing['kind'], operation: object][] = [];
  const hook = createHook({
    init(_id, type, _trigger, operation) {
      const kind = kinds[type];
      if (kind !== undefined) seen.push([kind, operation]); // its address is put into it after this
    },
  }).enable();
  return {
    stop() {
      hook.disable();
      return seen.map(([kind, operation]) => ({ kind, to: destination(operation) }));
    },
  };
}

/** Node writes address and port of what it asks the system for into the operation (`net.js`, `dns.js`, Node 22 to 24). */
function destination(operation: {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}): string {
  const { address, port, hostname } = operation;
  if (hostname !== undefined) return hostname;
  if (address === undefined) return '';
  if (port === undefined) return `unix:${address}`;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
