/**
 * A body as text, cut off after `maxBytes`: enough to say what an error was about.
 *
 * Invalid UTF-8 becomes replacement characters. A body that breaks off gives what came before.
 */
export async function readText(body: AsyncIterable<Uint8Array>, maxBytes = 65_536): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk.subarray(0, maxBytes - bytes), { stream: true });
      bytes += chunk.length;
      if (bytes >= maxBytes) break;
    }
  } catch {
    // The status is known already, and it says more than the connection's end.
  }
  return text + decoder.decode();
}
