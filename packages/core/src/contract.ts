/**
 * The version of the contract that providers and orchestrators carry as `contract`.
 *
 * Additive optional fields never raise it. Recognition is by this number and by brands, never by
 * `instanceof`, so that two copies of the package can live in one process.
 */
export const CONTRACT = 1;
