import { isIPv6 } from 'node:net';

import ipaddr from 'ipaddr.js';

/** An address as `ipaddr.js` has it. */
export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Reads an address that `isIP` knows as one, and that has no zone. */
export function readAddress(text: string): Address {
  // `ipaddr.js` takes ::10.0.0.1 for ::ffff:10.0.0.1; URL writes both without dots.
  const { hostname } = new URL(isIPv6(text) ? `http://[${text}]/` : `http://${text}/`);
  return ipaddr.parse(hostname.replace(/^\[|\]$/g, ''));
}

/** The addresses from `network` on that share their first `bits` bits with it. */
export type AddressRange = readonly [network: Address, bits: number];

/**
 * Every block of the IANA IPv4 Special-Purpose Address Registry, those that it calls globally reachable too: nobody keeps a
 * picture there. And multicast, which has a registry of its own.
 *
 * Sources: https://www.iana.org/assignments/iana-ipv4-special-registry and
 * https://www.iana.org/assignments/multicast-addresses (read 2026-11-23)
 */
const specialIpv4 = ranges([
  '0.0.0.0/8', // this network (RFC 791)
  '10.0.0.0/8', // private use (RFC 1918)
  '100.64.0.0/10', // shared address space of carrier-grade NAT (RFC 6598)
  '127.0.0.0/8', // loopback (RFC 1122)
  '169.254.0.0/16', // link local, clouds' metadata services among them (RFC 3927)
  '172.16.0.0/12', // private use (RFC 1918)
  '192.0.0.0/24', // IETF protocol assignments, with DS-Lite, PCP and TURN anycast, NAT64 discovery (RFC 6890)
  '192.0.2.0/24', // documentation (RFC 5737)
  '192.31.196.0/24', // AS112 (RFC 7535)
  '192.52.193.0/24', // AMT (RFC 7450)
  '192.88.99.0/24', // 6to4 relay anycast, deprecated (RFC 7526)
  '192.168.0.0/16', // private use (RFC 1918)
  '192.175.48.0/24', // AS112 (RFC 7534)
  '198.18.0.0/15', // benchmarking (RFC 2544)
  '198.51.100.0/24', // documentation (RFC 5737)
  '203.0.113.0/24', // documentation (RFC 5737)
  '224.0.0.0/4', // multicast (RFC 5771)
  '240.0.0.0/4', // reserved, and limited broadcast at its end (RFC 1112, RFC 8190)
]);

/**
 * Public by its number, but from inside of Azure it is the host's own service to its virtual machines.
 *
 * Source: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16 (read 2026-11-23)
 */
const wireServer = ranges(['168.63.129.16/32']);

/**
 * The only block that IANA assigns global unicast addresses from. What lies outside is refused whole: unspecified, loopback,
 * IPv4-mapped and -compatible, NAT64 (64:ff9b::/96, 64:ff9b:1::/48), discard-only (100::/64, 100:0:0:1::/64), segment routing
 * (5f00::/16), unique local (fc00::/7), link local (fe80::/10), site local (fec0::/10), multicast (ff00::/8), and whatever is
 * assigned there next.
 *
 * Source: https://www.iana.org/assignments/ipv6-address-space (read 2026-11-23)
 */
const globalUnicast = ranges(['2000::/3']);

/**
 * The blocks of the IANA IPv6 Special-Purpose Address Registry inside of 2000::/3.
 *
 * Source: https://www.iana.org/assignments/iana-ipv6-special-registry (read 2026-11-23)
 */
const specialIpv6 = ranges([
  '2001::/23', // IETF protocol assignments: Teredo, benchmarking, AMT, ORCHID, remote ids of drones and more (RFC 2928)
  '2001:db8::/32', // documentation (RFC 3849)
  '2002::/16', // 6to4, which holds an IPv4 address (RFC 3056)
  '2620:4f:8000::/48', // AS112 (RFC 7534)
  '3fff::/20', // documentation (RFC 9637)
]);

/** Whether an address may belong to a host on the Internet that anybody could reach. */
export function isPublicAddress(address: Address): boolean {
  if (address.kind() === 'ipv4') return !inRanges(address, specialIpv4) && !inRanges(address, wireServer);
  return inRanges(address, globalUnicast) && !inRanges(address, specialIpv6) && !isIsatap(address);
}

/** Whether one of the ranges holds the address. */
export function inRanges(address: Address, blocks: readonly AddressRange[]): boolean {
  return blocks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

/**
 * Whether the address, of any prefix, tunnels to the IPv4 address in its last four bytes (RFC 5214, section 6.1: the
 * interface identifier 0:5efe or, for a globally unique address, 200:5efe).
 */
function isIsatap(address: Address): boolean {
  const bytes = address.toByteArray();
  return ((bytes[8] ?? 0) & 0xfd) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
}

function ranges(cidrs: readonly string[]): readonly AddressRange[] {
  return cidrs.map((cidr) => ipaddr.parseCIDR(cidr));
}
