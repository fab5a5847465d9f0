import { z } from 'zod';

/** The name of a provider, a model or an MCP server. */
export const name = z.string().regex(/^[\w.@:/-]{1,128}$/, 'a name is made of letters, digits and . _ - @ : /');

export const count = z.int().positive();
export const share = z.number().min(0).max(1);
export const usd = z.number().positive();
export const milliseconds = z.number().positive();
export const text = z.string().min(1);
export const url = z.url({ protocol: /^https?$/ });

/** Addresses of machines: one, or all of a network. */
export const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

/** A secret as the file holds it. It is read when used. */
export const credential = z
  .string()
  .min(1)
  .describe(
    '$ENV:NAME, a reference like vault:secret/data/llm#openai (aws:, gcp:, azure: likewise), or the text itself',
  );

/** A setting for each tenant, and `*` for all that are not named. */
export const perTenant = <T extends z.ZodType>(value: T) => z.record(z.string(), value);
