import type { VendorData } from '@tako/core';

/** Whose `vendorData` and `vendorOptions` are ours. */
export const vendor = 'vertex';

/**
 * What a part keeps for the vendor: its signature, and the id of a call that the vendor gave itself. Other ids are not sent:
 * older models refuse the field. Source: https://github.com/anomalyco/opencode/pull/50504 (read 2026-11-23).
 */
export interface VertexState {
  readonly thoughtSignature?: string | undefined;
  readonly id?: string | undefined;
}

/** The vendor's own state of a part; empty for another vendor's. */
export function stateOf(vendorData: VendorData | undefined): VertexState {
  const data = vendorData?.vendor === vendor ? vendorData.data : undefined;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return {};
  const { thoughtSignature, id }: { readonly [key: string]: unknown } = Object(data);
  return {
    thoughtSignature: typeof thoughtSignature === 'string' ? thoughtSignature : undefined,
    id: typeof id === 'string' ? id : undefined,
  };
}
