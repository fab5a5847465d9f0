import { lookup } from 'node:dns/promises';

import type { Outgoing } from './observe-outgoing.js';

/** An address that something was configured to send to. */
export interface ConfiguredAddress {
  /** As it was given. */
  readonly name: string;
  /** Whether this may go out: it goes to the address, or asks for its name. */
  covers(outgoing: Outgoing): boolean;
  /** Whether this goes to the address. */
  isReachedBy(outgoing: Outgoing): boolean;
}

/** Ports of what a URL leaves out, beside those that URLs know by themselves. */
const defaultPorts: Readonly<Record<string, string>> = {
  'http:': '80',
  'https:': '443',
  'ws:': '80',
  'wss:': '443',
  'redis:': '6379',
  'rediss:': '6379',
};

/** Reads URLs, `host:port` and `unix:/path`. Names are looked up, since connections go to addresses. @throws Error for others. */
export function configuredAddresses(given: readonly string[]): Promise<readonly ConfiguredAddress[]> {
  return Promise.all(given.map(configuredAddress));
}

async function configuredAddress(name: string): Promise<ConfiguredAddress> {
  const { host, places } = await placesOf(name);
  const isReachedBy = ({ kind, to }: Outgoing): boolean => kind === 'connect' && places.includes(to);
  return {
    name,
    isReachedBy,
    covers: (outgoing) => isReachedBy(outgoing) || (outgoing.kind === 'lookup' && outgoing.to === host),
  };
}

/** The host of an address, and what a connection to it is noted as. */
async function placesOf(name: string): Promise<{ readonly host: string; readonly places: readonly string[] }> {
  if (name.startsWith('unix:')) return { host: '', places: [name] };
  const url = new URL(name.includes('://') ? name : `tcp://${name}`);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? defaultPorts[url.protocol] : url.port;
  if (host === '' || port === undefined) throw new Error(`an address has a host and a port: ${name}`);
  const found = await lookup(host, { all: true });
  return {
    host,
    places: found.map(({ address, family }) => (family === 6 ? `[${address}]:${port}` : `${address}:${port}`)),
  };
}
