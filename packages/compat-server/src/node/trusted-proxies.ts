import { isIP } from 'node:net';

import { invalidOptions } from '@tako/core';

/** The proxies whose word is taken, as fastify takes them. @throws `invalid` for what is no address and no network */
export function trustedProxies(given: readonly string[] | undefined): string[] | false {
  if (given === undefined) return false;
  const wrong = given.find((each) => !isNetwork(each));
  if (wrong === undefined) return [...given];
  throw invalidOptions('serveOpenAI', `trustProxy must be addresses or networks like 10.0.0.0/8, not "${wrong}"`);
}

/** An address, or one with how many of its bits count. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const most = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : 0;
  if (most === 0 || more.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= most);
}
