import { readFileSync } from 'node:fs';

import { parseSync, Visitor, type StringLiteral } from 'oxc-parser';

/** One import of a module, re-exports included. */
export interface ModuleImport {
  readonly specifier: string;
  /** `type` vanishes when compiled, `on_demand` is an `import()`. */
  readonly kind: 'value' | 'type' | 'on_demand';
}

/**
 * What the module in `file` imports, in the order of the text.
 *
 * @throws when the file does not parse, or hands `import()` something other than a literal or a URL's `href`: neither can be judged.
 */
export function readImports(file: string): ModuleImport[] {
  const { program, errors } = parseSync(file, readFileSync(file, 'utf8'));
  if (errors[0] !== undefined) throw new Error(`${file} does not parse: ${errors[0].message}`);

  const imports: ModuleImport[] = [];
  const add = (source: StringLiteral | null, kind: ModuleImport['kind']): void => {
    if (source !== null) imports.push({ specifier: source.value, kind });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source, node.importKind ?? 'value'),
    ExportNamedDeclaration: (node) => add(node.source, node.exportKind ?? 'value'),
    ExportAllDeclaration: (node) => add(node.source, node.exportKind ?? 'value'),
    TSImportType: (node) => add(node.source, 'type'),
    ImportExpression: ({ source }) => {
      // A file of the user's, by its URL: no package can be named that way.
      if (
        source.type === 'MemberExpression' &&
        source.property.type === 'Identifier' &&
        source.property.name === 'href'
      )
        return;
      if (source.type !== 'Literal' || typeof source.value !== 'string')
        throw new Error(`${file}: import() of something other than a string literal`);
      imports.push({ specifier: source.value, kind: 'on_demand' });
    },
  }).visit(program);
  return imports;
}
