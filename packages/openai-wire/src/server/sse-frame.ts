/** One event of an event stream that carries `data`, with its blank line. A line end inside the data becomes a new data line. */
export function sseFrame(data: string): string {
  return `data: ${data.replace(/\r\n|\r|\n/g, '\ndata: ')}\n\n`;
}
