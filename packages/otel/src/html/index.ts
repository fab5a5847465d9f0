export { timedEvents } from './timed-events.js';
export { traceToHtml } from './trace-to-html.js';
export type { TimedEvent } from './timed-events.js';
export type { TraceToHtmlOptions } from './trace-to-html.js';
