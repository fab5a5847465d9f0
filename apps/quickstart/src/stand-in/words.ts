/** The words of a text: lower case, `camelCase` and `snake_case` taken apart, endings cut, so that "listing" meets "list". */
export function wordsOf(text: string): string[] {
  return plainWordsOf(text).map(stem);
}

/** The same words with their endings. */
export function plainWordsOf(text: string): string[] {
  const apart = text.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return (apart.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !noise.has(word));
}

/** Words that say nothing about what is wanted. */
const noise = new Set(
  (
    'a an the this that these those is are was were be been being am do does did done of to in on at by for from with ' +
    'and or but if then than as it its they them their there here i me my we us our you your he she his her so such ' +
    'what which who whom whose when why how can could should would will shall may might must not no please just about ' +
    'all any some each every more most other only own same too very into over under out up down s t re ll ve'
  ).split(' '),
);

/** A word without its ending. It need not be a word any more, only the same for all forms of one. */
export function stem(word: string): string {
  let root = word;
  if (root.length > 4 && root.endsWith('ies')) root = `${root.slice(0, -3)}y`;
  else if (root.length > 3 && root.endsWith('s') && !/(?:ss|us|is)$/.test(root)) root = root.slice(0, -1);
  if (root.length > 4 && root.endsWith('ied')) root = `${root.slice(0, -3)}y`;
  else if (root.length > 5 && root.endsWith('ing')) root = undouble(root.slice(0, -3));
  else if (root.length > 4 && root.endsWith('ed')) root = undouble(root.slice(0, -2));
  return root.length > 3 && root.endsWith('e') ? root.slice(0, -1) : root;
}

/** "running" is "run". */
function undouble(root: string): string {
  return /([bdgmnprt])\1$/.test(root) ? root.slice(0, -1) : root;
}
