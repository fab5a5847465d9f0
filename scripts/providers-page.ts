import type { Capabilities, Price, Support } from '@tako/core';
import type { WireFeature } from '@tako/testing';

import type { ModelFacts, ProviderPackage } from './read-providers.ts';
import { entriesOf } from './workspace.ts';

/** What the conformance suite said of one door. */
export interface SuiteResult {
  readonly door: string;
  readonly cases: number;
  readonly failed: number;
}

/** Features that a reader looks for, in their words. */
const features: readonly (readonly [WireFeature, string])[] = [
  ['images', 'images'],
  ['imageUrls', 'images by URL'],
  ['reasoning', 'reasoning text'],
  ['signatures', 'opaque state handed back'],
  ['interleaving', 'tool calls streamed in pieces, mixed'],
  ['toolChoice', 'tool choice'],
  ['parallelToolCalls', 'parallel tool calls on or off'],
  ['json', 'JSON output'],
  ['jsonSchema', 'JSON Schema output'],
  ['temperature', 'temperature'],
  ['topP', 'top p'],
  ['stop', 'stop texts'],
  ['seed', 'seed'],
  ['maxOutputTokens', 'longest answer'],
  ['cachedTokens', 'cached tokens in usage'],
  ['cacheWriteTokens', 'cache writes in usage'],
  ['reasoningTokens', 'reasoning tokens in usage'],
  ['contentFilter', 'content filter told apart'],
  ['requestId', 'request id'],
  ['retryAfterMs', '`retry-after-ms`'],
];

const signs: Readonly<Record<Support, string>> = { yes: '✓', no: '–', unknown: '?' };

/** The text of docs/providers.md. */
export function providersPage(packages: readonly ProviderPackage[], results: readonly SuiteResult[]): string {
  return (
    [
      '# Providers',
      'Made by `pnpm providers --update` from the packages themselves: the conformance suite of [@tako/testing](../packages/testing) runs on every\ndoor, and models state what they can do as data. Each door passes every case that its wire can express.',
      table([
        ['Package', 'Entries', 'Cases passed'],
        ...packages.map(({ member, doors }) => [
          `[\`${member.manifest.name}\`](../${member.path})`,
          entriesOf(member)
            .map((entry) => `\`${entry}\``)
            .join(' '),
          doors.map(({ name }) => `${name}: ${passed(results, name)}`).join('; '),
        ]),
      ]),
      '## What the wires carry',
      "A dash is what the vendor's wire cannot express. Asked for it, a provider says `unsupported` before the network, or takes a documented\ndowngrade with a `warning`: nothing is dropped in silence.",
      featureTable(packages),
      reasons(packages),
      '## What models can do',
      'Some models of each vendor, as their packages state it; `?` is not known, and then nothing is refused. All of it can be overridden by the\noption `capabilities`. Tokens are in thousands, prices in US dollars per million tokens, in and out.',
      table([
        [
          'Model',
          'Tools',
          'Parallel',
          'Choice',
          'Schema',
          'with tools',
          'Images',
          'URLs',
          'Files',
          'Audio',
          'Efforts',
          'Cache',
          'Context',
          'Answer',
          'Price',
        ],
        ...packages.flatMap(({ models }) => models.map(modelRow)),
      ]),
    ].join('\n\n') + '\n'
  );
}

function passed(results: readonly SuiteResult[], door: string): string {
  const result = results.find((each) => each.door === door);
  return result === undefined ? 'none' : `${result.cases - result.failed} of ${result.cases}`;
}

function featureTable(packages: readonly ProviderPackage[]): string {
  const doors = distinctDoors(packages);
  return table([
    ['', ...doors.map(({ title }) => title)],
    ...features.map(([feature, words]) => [
      words,
      ...doors.map(({ lacks }) => (lacks[feature] === undefined ? '✓' : '–')),
    ]),
  ]);
}

function reasons(packages: readonly ProviderPackage[]): string {
  return distinctDoors(packages)
    .map(({ title, lacks }) => {
      const byReason = new Map<string, string[]>();
      for (const [feature, words] of features) {
        const reason = lacks[feature];
        if (reason !== undefined) byReason.set(reason, [...(byReason.get(reason) ?? []), words]);
      }
      const said = Array.from(byReason, ([reason, words]) => `${words.join(', ')} (${reason})`);
      return said.length === 0 ? '' : `- **${title}**: ${said.join('; ')}.`;
    })
    .filter((line) => line !== '')
    .join('\n');
}

interface DistinctDoor {
  readonly title: string;
  readonly lacks: { readonly [Feature in WireFeature]?: string };
}

/** Doors of one wire lack the same: they are one column. */
function distinctDoors(packages: readonly ProviderPackage[]): DistinctDoor[] {
  const columns = new Map<string, DistinctDoor>();
  for (const { doors } of packages) {
    for (const { name, lacks = {} } of doors) {
      const title = name.replace(/ \([^)]*\)$/, '');
      if (!columns.has(title)) columns.set(title, { title, lacks });
    }
  }
  return [...columns.values()];
}

function modelRow({ id, capabilities, price }: ModelFacts): string[] {
  const sign = (capability: SupportName | 'promptCache'): string => signs[capabilities[capability]];
  return [
    `\`${id}\``,
    ...supports.map(sign),
    efforts(capabilities.reasoningEfforts),
    sign('promptCache'),
    thousands(capabilities.contextTokens),
    thousands(capabilities.maxOutputTokens),
    priceText(price),
  ];
}

type SupportName = (typeof supports)[number];

const supports = [
  'tools',
  'parallelTools',
  'toolChoice',
  'structuredOutput',
  'structuredOutputWithTools',
  'vision',
  'imageUrls',
  'files',
  'audio',
] as const satisfies readonly (keyof Capabilities)[];

function efforts(known: Capabilities['reasoningEfforts']): string {
  if (known === 'unknown') return '?';
  return known.length === 0 ? '–' : known.join(' ');
}

function thousands(tokens: number | undefined): string {
  return tokens === undefined ? '?' : String(Math.round(tokens / 1_000));
}

function priceText(price: Price | undefined): string {
  return price === undefined ? '?' : `${price.inputUsdPerMillion} / ${price.outputUsdPerMillion}`;
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
