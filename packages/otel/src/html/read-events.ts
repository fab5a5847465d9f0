import { invalidOptions, type RunEvent } from '@tako/core';

/**
 * Events of a run, or their JSON, one a line. Lines that are no JSON, or no event, are skipped: a file may have been cut off.
 *
 * @throws `invalid` where there is no event at all.
 */
export function readEvents(given: string | Iterable<RunEvent>): readonly RunEvent[] {
  const events = typeof given === 'string' ? given.split('\n').flatMap(readLine) : [...given];
  if (events.length === 0)
    throw invalidOptions('traceToHtml', 'there is no run event in it; a line is one event as JSON');
  return events;
}

function readLine(line: string): RunEvent[] {
  try {
    const read: unknown = JSON.parse(line);
    // A file's content is a claim: what draws it looks at each field that it needs.
    return typeof read === 'object' && read !== null && 'type' in read ? [read as RunEvent] : [];
  } catch {
    return [];
  }
}
