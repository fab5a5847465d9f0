import type { ProviderUnderTest } from '@tako/testing';

import { acmeCorp } from '../src/index.js';
import { acmeCorpWire } from './acme-corp-wire.js';

export const underTest: readonly ProviderUnderTest[] = [
  {
    name: 'acme-corp',
    wire: acmeCorpWire(),
    make: (options) => acmeCorp(options),
    lacks: {}, // what the vendor's wire cannot express, each with the reason: `seed: 'the wire has no such field'`
  },
];

/** Models that stand for the others where capabilities are shown. */
export const models: readonly string[] = ['acme-corp-large', 'acme-corp-mini'];
