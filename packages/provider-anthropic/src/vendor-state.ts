import type { VendorData } from '@tako/core';

/** Whose `vendorData` and `vendorOptions` are ours. */
export const vendor = 'anthropic';

/** What a piece of reasoning keeps for the vendor: the signature of its text, or all of it where the vendor shows none. */
export interface AnthropicState {
  readonly signature?: string | undefined;
  readonly redacted?: string | undefined;
}

/** The vendor's own state of a part; empty for another vendor's. */
export function stateOf(vendorData: VendorData | undefined): AnthropicState {
  if (vendorData?.vendor !== vendor) return {};
  const { signature, redacted }: { readonly [key: string]: unknown } = Object(vendorData.data);
  return {
    signature: typeof signature === 'string' ? signature : undefined,
    redacted: typeof redacted === 'string' ? redacted : undefined,
  };
}

/** State in the form in which a part carries it. */
export function toState(data: { readonly signature: string } | { readonly redacted: string }): VendorData {
  return { vendor, data: { ...data } };
}
