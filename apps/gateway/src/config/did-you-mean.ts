/**
 * The known word that somebody may have meant, ready to be put behind a message: `; did you mean "luna"?`. Empty where none is
 * near.
 */
export function didYouMean(given: string, known: readonly string[]): string {
  const plain = (word: string): string => word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const asked = plain(given);
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(asked.length / 3)) + 1;
  for (const word of known) {
    const edits = isShortFor(asked, plain(word)) ? 1 : editsBetween(asked, plain(word), least);
    if (edits < least) [nearest, least] = [word, edits];
  }
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

/** `cmd` for `command`, `cheap` for `cheapest`: the same first letter, and others left out. */
function isShortFor(one: string, other: string): boolean {
  if (one.length < 3 || one[0] !== other[0]) return false;
  let at = 0;
  for (const letter of other) if (letter === one[at]) at++;
  return at === one.length;
}

/** Letters to put in, take out, change or swap with their neighbour, to make one word the other. Long words are not compared. */
function editsBetween(one: string, other: string, enough: number): number {
  if (one.length > 64 || Math.abs(one.length - other.length) >= enough) return enough;
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let along = 1; along <= other.length; along++) {
      const isSame = one[at - 1] === other[along - 1];
      let edits = Math.min((row[along] ?? 0) + 1, (next[along - 1] ?? 0) + 1, (row[along - 1] ?? 0) + (isSame ? 0 : 1));
      const isSwap = at > 1 && along > 1 && one[at - 1] === other[along - 2] && one[at - 2] === other[along - 1];
      if (isSwap) edits = Math.min(edits, (before[along - 2] ?? 0) + 1);
      next.push(edits);
    }
    [before, row] = [row, next];
  }
  return row[other.length] ?? enough;
}
