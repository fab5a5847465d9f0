import { draw } from './draw.js';

/** What there is to be found out about any question. */
export const facets = [
  'cost',
  'risk',
  'timing',
  'evidence',
  'objections',
  'precedent',
  'alternatives',
  'consequences',
] as const;

export type Facet = (typeof facets)[number];

/** Findings as they stand in texts: what was reported of each facet, in the order it was said. */
export type Findings = ReadonlyMap<Facet, readonly number[]>;

/** The figure that is right for a facet of this question. */
export function truthOf(question: string, facet: Facet, seed: number): number {
  return 10 + Math.floor(draw(seed, 'truth', question, facet) * 90);
}

/** Reads findings out of any text that quotes them: `- cost: 42`. */
export function readFindings(text: string): Findings {
  const found = new Map<Facet, number[]>();
  for (const [, name = '', figure] of text.matchAll(/- ([a-z]+): (\d+)/g)) {
    const facet = facets.find((known) => known === name);
    if (facet !== undefined) found.set(facet, [...(found.get(facet) ?? []), Number(figure)]);
  }
  return found;
}

/** What was said most often of each; of what was said equally often, the latest. */
export function agreed(findings: Findings): Map<Facet, number> {
  return new Map(
    Array.from(findings, ([facet, figures]) => {
      const count = (figure: number): number => figures.filter((other) => other === figure).length;
      const best = figures.reduce((one, other) => (count(other) >= count(one) ? other : one), figures[0] ?? 0);
      return [facet, best] as const;
    }),
  );
}

/** Findings as lines. */
export function asLines(findings: ReadonlyMap<Facet, number>): string {
  return facets.flatMap((facet) => (findings.has(facet) ? [`- ${facet}: ${findings.get(facet)}`] : [])).join('\n');
}
