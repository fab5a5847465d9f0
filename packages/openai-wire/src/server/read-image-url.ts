import type { ImagePart, ImageUrlPart } from '@tako/core';

import { parseDataUrl } from '../chat/media.js';
import { asString, invalidBody } from './read-field.js';

/**
 * An image by its address: its bytes where they stand in it, else for the vendor to fetch.
 *
 * @throws `invalid` for what is no address of the web: files, buckets and scripts are nothing that a stranger may name
 */
export function readImageUrl(
  value: unknown,
  param: string,
  extra: Pick<ImagePart, 'vendorData'>,
): ImagePart | ImageUrlPart {
  const url = asString(value, param);
  const inline = parseDataUrl(url);
  if (inline !== undefined) return { type: 'image', ...inline, ...extra };
  if (/^https?:\/\//i.test(url)) return { type: 'image_url', url, ...extra };
  throw invalidBody(param, 'must be an http or https URL, or a base64 data URL');
}
