import { z } from 'zod';

import { gatewayConfigSchema } from './gateway-config.js';

/** The config as a JSON Schema (draft 2020-12): for editors, and to know what may stand where. */
export function jsonSchemaOfConfig(): JsonSchemaNode {
  // What zod makes is a JSON Schema; the parts that are read here are looked at one by one.
  return z.toJSONSchema(gatewayConfigSchema, { io: 'input' }) as JsonSchemaNode;
}

/** The parts of a JSON Schema that are read here. */
export interface JsonSchemaNode {
  readonly properties?: { readonly [name: string]: JsonSchemaNode } | undefined;
  readonly additionalProperties?: JsonSchemaNode | boolean | undefined;
  readonly items?: JsonSchemaNode | undefined;
  readonly anyOf?: readonly JsonSchemaNode[] | undefined;
  readonly oneOf?: readonly JsonSchemaNode[] | undefined;
  readonly const?: unknown;
}

/** The settings that may stand at a place of a config. */
export function settingsAt(path: readonly PropertyKey[], config: unknown): readonly string[] {
  let nodes: readonly JsonSchemaNode[] = [jsonSchemaOfConfig()];
  let value = config;
  for (const key of path) {
    nodes = fitting(nodes, value).flatMap((node) => below(node, key));
    value = Reflect.get(Object(value), key);
  }
  return [...new Set(fitting(nodes, value).flatMap(({ properties = {} }) => Object.keys(properties)))];
}

/** The alternatives that a value can be meant as: those whose constants it has, such as its `type`. */
function fitting(nodes: readonly JsonSchemaNode[], value: unknown): readonly JsonSchemaNode[] {
  const all = nodes.flatMap(({ anyOf, oneOf, ...node }) => anyOf ?? oneOf ?? [node]);
  return all.filter(({ properties = {} }) =>
    Object.entries(properties).every(([name, property]) => {
      const given: unknown = Reflect.get(Object(value), name);
      return property.const === undefined || given === undefined || given === property.const;
    }),
  );
}

function below({ properties, additionalProperties, items }: JsonSchemaNode, key: PropertyKey): JsonSchemaNode[] {
  const named = typeof key === 'string' && properties !== undefined && Object.hasOwn(properties, key);
  const node = named ? properties[key] : typeof key === 'number' ? items : additionalProperties;
  return typeof node === 'object' ? [node] : [];
}
