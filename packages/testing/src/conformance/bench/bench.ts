import type { Provider } from '@tako/core';

import type { ProviderUnderTest, UnderTestOptions } from '../provider-under-test.js';
import type { VendorWire, WireRequestView } from '../vendor-wire.js';
import { expectThat } from './expectation.js';
import { mockVendor, type MockVendor, type VendorScript } from './mock-vendor.js';

/** The key that every provider under test is given. It looks like nothing that a pattern would recognise. */
export const apiKey = 'Conf0rmance.6f1d09ab54e7';
/** Holds a colon, as models of Ollama and fine-tuned ones do. */
export const modelId = 'conformance:8b';

/** What one case works with. Everything it opens is closed when the case is over. */
export interface Bench {
  readonly underTest: ProviderUnderTest;
  readonly wire: VendorWire;
  /** Starts a vendor that answers by these scripts, one for each request; the last one repeats. */
  readonly vendor: (...scripts: readonly VendorScript[]) => Promise<MockVendor>;
  /** Makes a provider that talks to a vendor. */
  readonly provider: (vendor: { readonly baseUrl: string }, options?: Partial<UnderTestOptions>) => Provider;
  /** What request `at`, counted from 0, says. */
  readonly request: (vendor: MockVendor, at?: number) => WireRequestView;
}

/** A bench, and how to clear it. */
export function openBench(underTest: ProviderUnderTest): {
  readonly bench: Bench;
  readonly clear: () => Promise<void>;
} {
  const { wire } = underTest;
  const vendors: MockVendor[] = [];
  const bench: Bench = {
    underTest,
    wire,
    async vendor(...scripts) {
      const vendor = await mockVendor(scripts);
      vendors.push(vendor);
      return vendor;
    },
    provider: ({ baseUrl }, options) => underTest.make({ baseUrl, apiKey, model: modelId, ...options }),
    request({ requests }, at = 0) {
      const request = requests[at];
      expectThat(request !== undefined, `the vendor got ${requests.length} requests, and not the ${at + 1}. one`);
      return wire.readRequest(request);
    },
  };
  return {
    bench,
    clear: async () => {
      await Promise.all(vendors.map((vendor) => vendor.close()));
    },
  };
}
