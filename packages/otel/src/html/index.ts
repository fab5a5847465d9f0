export { traceToHtml } from './trace-to-html.js';
export type { TraceToHtmlOptions } from './trace-to-html.js';
