export { acmeCorp } from './acme-corp.js';
export type { AcmeCorpOptions } from './options.js';
