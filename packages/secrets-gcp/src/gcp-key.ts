import { invalidOptions, shownKey, splitSecretKey } from '@tako/core/provider';

/** A key as Secret Manager's addresses name it. */
export interface GcpKey {
  /** `projects/…/secrets/…`, with `locations/…` in between for a regional secret. */
  readonly path: string;
  readonly name: string;
  /** A number, an alias, or `latest`. */
  readonly version: string;
}

const source = 'GcpSecretManagerResolver';

/** Ids and numbers of projects, those of domains too (`example.com:project`). */
const project = '[a-z0-9][a-z0-9.:-]{0,127}';
const location = '[a-z][a-z0-9-]{0,62}';
/** Names of secrets, and versions with their aliases. */
const secret = '[A-Za-z0-9_-]{1,255}';
const version = '[A-Za-z0-9_-]{1,63}';

const short = new RegExp(`^${secret}$`);
const full = new RegExp(
  `^(projects/${project}(?:/locations/${location})?/secrets/(${secret}))(?:/versions/(${version}))?$`,
);

/**
 * Reads `name`, `name#version`, or the full `projects/…/secrets/…`, with `/versions/…` or `#version` behind or nothing. Without a
 * version it is `latest`.
 *
 * Sources: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets#Secret and
 * https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create (read 2026-11-23).
 *
 * @throws `invalid` for anything else, and for a short name where no project is known.
 */
export function parseGcpKey(key: string, parent: string | undefined): GcpKey {
  const { name, fragment } = splitSecretKey(key, source);
  const [, path, fullName, behind] = full.exec(name) ?? [];
  const wanted = fragment ?? behind ?? 'latest';
  const isVersion = new RegExp(`^${version}$`).test(wanted) && (fragment === undefined || behind === undefined);
  if (!isVersion)
    throw invalidOptions(source, `the key ${shownKey(key)} must have a number or an alias as its version`);
  if (path !== undefined && fullName !== undefined) return { path, name: fullName, version: wanted };
  if (!short.test(name)) {
    throw invalidOptions(source, `the key ${shownKey(key)} must be a name or projects/…/secrets/…`);
  }
  if (parent === undefined) {
    throw invalidOptions(source, `the key ${shownKey(key)} names no project; pass the option projectId`);
  }
  return { path: `${parent}/secrets/${name}`, name, version: wanted };
}

/** `projects/…`, with the location for regional secrets. @throws `invalid` where either cannot stand in an address. */
export function parentOf(projectId: string | undefined, place: string | undefined): string | undefined {
  const isRight = (text: string | undefined, rule: string): boolean =>
    text === undefined || new RegExp(`^${rule}$`).test(text);
  if (!isRight(projectId, project) || !isRight(place, location)) {
    throw invalidOptions(source, 'projectId or location is malformed');
  }
  if (projectId === undefined) return undefined;
  return `projects/${projectId}${place === undefined ? '' : `/locations/${place}`}`;
}
