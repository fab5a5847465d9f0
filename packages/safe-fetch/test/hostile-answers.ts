import type { SafeFetchRule } from '@tako/safe-fetch';

/** What a resolver could say about a name. */
export interface HostileAnswer {
  readonly source: string;
  readonly rule: SafeFetchRule;
  readonly host: string;
  readonly addresses: readonly string[];
}

const wildcard = 'https://nip.io (names that hold their address), and others like it';
const several = 'RFC 1035, section 4.1.3: an answer may have several records';
const embedded = 'RFC 4291, 6052, 8215, 3056, 4380, 5214: IPv4 inside of IPv6';
const clouds = 'https://github.com/swisskyrepo/PayloadsAllTheThings/tree/master/Server%20Side%20Request%20Forgery';
const registries = 'https://www.iana.org/assignments/iana-ipv4-special-registry and /iana-ipv6-special-registry';
const malformed = 'a resolver that is broken, or somebody else’s';

const answer = (source: string, host: string, ...addresses: readonly string[]): HostileAnswer => ({
  source,
  rule: 'address',
  host,
  addresses,
});

/** Answers that must keep us from connecting anywhere. All sources were read on 2026-11-23. */
export const hostileAnswers: readonly HostileAnswer[] = [
  answer(wildcard, '127.0.0.1.nip.io', '127.0.0.1'),
  answer(wildcard, '7f000001.nip.io', '127.0.0.1'),
  answer(wildcard, '169-254-169-254.sslip.io', '169.254.169.254'),
  answer(wildcard, 'localtest.me', '127.0.0.1', '::1'),
  answer(wildcard, 'customer1.app.localhost.my.company.127.0.0.1.nip.io', '127.0.0.1'),
  answer(several, 'first.example', '127.0.0.1', '93.184.216.34'),
  answer(several, 'last.example', '93.184.216.34', '127.0.0.1'),
  answer(several, 'middle.example', '93.184.216.34', '10.0.0.1', '93.184.216.35'),
  answer(several, 'mixed.example', '2606:2800:220:1:248:1893:25c8:1946', '127.0.0.1'),
  answer(several, 'six.example', '93.184.216.34', '::1'),
  answer(several, 'hundred.example', ...Array.from({ length: 99 }, (_, at) => `93.184.216.${at}`), '192.168.1.1'),
  answer(embedded, 'mapped.example', '::ffff:127.0.0.1'),
  answer(embedded, 'mapped-hex.example', '::ffff:7f00:1'),
  answer(embedded, 'mapped-long.example', '0:0:0:0:0:FFFF:7F00:0001'),
  answer(embedded, 'mapped-public.example', '::ffff:8.8.8.8'),
  answer(embedded, 'compatible.example', '::127.0.0.1'),
  answer(embedded, 'translated.example', '::ffff:0:127.0.0.1'),
  answer(embedded, 'nat64.example', '64:ff9b::7f00:1'),
  answer(embedded, 'nat64-dotted.example', '64:ff9b::169.254.169.254'),
  answer(embedded, 'nat64-local.example', '64:ff9b:1::a00:1'),
  answer(embedded, 'sixtofour.example', '2002:7f00:1::1'),
  answer(embedded, 'teredo.example', '2001:0:4136:e378:8000:63bf:80ff:fffe'),
  answer(embedded, 'isatap.example', '2600:1901:0:1:0:5efe:7f00:1'),
  answer(clouds, 'metadata.google.internal', '169.254.169.254'),
  answer(clouds, 'metadata.google.internal', 'fd20:ce::254'),
  answer(clouds, 'metadata.tencentyun.com', '169.254.0.23'),
  answer(clouds, 'instance-data.ec2.internal', '169.254.169.254'),
  answer(clouds, 'rancher-metadata', '169.254.169.250'),
  answer(clouds, 'wireserver.example', '168.63.129.16'),
  answer(clouds, 'kubernetes.default.svc.cluster.local', '10.96.0.1'),
  answer(clouds, 'host.docker.internal', '192.168.65.254'),
  answer(registries, 'this-host.example', '0.0.0.0'),
  answer(registries, 'private-10.example', '10.1.2.3'),
  answer(registries, 'carrier-nat.example', '100.64.0.1'),
  answer(registries, 'loopback-2.example', '127.8.8.8'),
  answer(registries, 'private-172.example', '172.20.0.1'),
  answer(registries, 'protocol.example', '192.0.0.1'),
  answer(registries, 'private-192.example', '192.168.0.1'),
  answer(registries, 'benchmark.example', '198.18.5.5'),
  answer(registries, 'documentation.example', '192.0.2.7'),
  answer(registries, 'multicast.example', '224.0.0.251'),
  answer(registries, 'reserved.example', '250.1.2.3'),
  answer(registries, 'broadcast.example', '255.255.255.255'),
  answer(registries, 'unspecified-6.example', '::'),
  answer(registries, 'loopback-6.example', '::1'),
  answer(registries, 'loopback-6-long.example', '0000:0000:0000:0000:0000:0000:0000:0001'),
  answer(registries, 'discard.example', '100::1'),
  answer(registries, 'documentation-6.example', '2001:db8::1'),
  answer(registries, 'documentation-6-new.example', '3fff::1'),
  answer(registries, 'routing.example', '5f00::1'),
  answer(registries, 'unique-local.example', 'fd12:3456:789a::1'),
  answer(registries, 'link-local.example', 'fe80::1'),
  answer(registries, 'site-local.example', 'fec0::1'),
  answer(registries, 'multicast-6.example', 'ff02::1'),
  { ...answer(malformed, 'nothing.example'), rule: 'dns' },
  { ...answer(malformed, 'zone.example', 'fe80::1%lo'), rule: 'dns' },
  { ...answer(malformed, 'zone-loopback.example', '::1%1'), rule: 'dns' },
  { ...answer(malformed, 'short.example', '127.1'), rule: 'dns' },
  { ...answer(malformed, 'decimal.example', '2130706433'), rule: 'dns' },
  { ...answer(malformed, 'octal.example', '0177.0.0.1'), rule: 'dns' },
  { ...answer(malformed, 'hex.example', '0x7f.0.0.1'), rule: 'dns' },
  { ...answer(malformed, 'dotted.example', '127.0.0.1.'), rule: 'dns' },
  { ...answer(malformed, 'bracketed.example', '[::1]'), rule: 'dns' },
  { ...answer(malformed, 'with-port.example', '93.184.216.34:80'), rule: 'dns' },
  { ...answer(malformed, 'with-space.example', ' 127.0.0.1'), rule: 'dns' },
  { ...answer(malformed, 'name.example', 'localhost'), rule: 'dns' },
  { ...answer(malformed, 'empty.example', ''), rule: 'dns' },
  { ...answer(malformed, 'one-is-none.example', '93.184.216.34', 'localhost'), rule: 'dns' },
];
