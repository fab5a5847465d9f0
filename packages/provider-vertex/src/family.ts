/** The version of a Gemini, 2.5 for `gemini-2.5-flash`; `undefined` where the name does not tell. */
export function geminiVersion(model: string): number | undefined {
  const version = /(?:^|\/)gemini-(\d+(?:\.\d+)?)(?:-|$)/.exec(model)?.[1];
  return version === undefined ? undefined : Number(version);
}
