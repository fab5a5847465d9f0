export { acmeCorp } from './acme-corp.js';
export type { AcmeCorpOptions } from './acme-corp.js';
