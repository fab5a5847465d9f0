import { invalidOptions } from '@tako/core/provider';

/** Where a model is. */
export interface VertexPlace {
  readonly project: string;
  readonly location: string;
  readonly model: string;
}

/**
 * The API's address by location: `global` has no prefix, the multi-regions have hosts of their own.
 *
 * Sources: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/locations and the source of `@google/genai` 1.52
 * (read 2026-11-23).
 */
export function vertexBaseUrl(location: string): string {
  if (location === 'global') return 'https://aiplatform.googleapis.com/v1';
  if (location === 'us' || location === 'eu') return `https://aiplatform.${location}.rep.googleapis.com/v1`;
  if (!/^[a-z0-9-]+$/.test(location)) throw invalidOptions('vertex', 'location must be a region, us, eu or global');
  return `https://${location}-aiplatform.googleapis.com/v1`;
}

/** The path of a model's resource, from the project on. @throws `invalid` for a name that would lead elsewhere. */
export function vertexResource({ project, location, model }: VertexPlace): string {
  const place = `projects/${encodeURIComponent(project)}/locations/${encodeURIComponent(location)}`;
  const steps = model.split('/');
  if (steps.some((step) => /^\.{0,2}$/.test(step))) throw invalidOptions('vertex', 'model must be the name of a model');
  const path = steps.map(encodeURIComponent).join('/');
  if (model.startsWith('projects/')) return path;
  return `${place}/${steps.length > 1 ? path : `publishers/google/models/${path}`}`;
}
