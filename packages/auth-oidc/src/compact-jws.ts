/**
 * Whether a text is a JSON Web Signature in its compact form (RFC 7515, section 3.1), in the one spelling that it has: base64url
 * without padding (section 2), and without bits that belong to no byte. Other spellings would be other tokens to whoever keeps a list
 * of revoked ones.
 */
export function isCompactJws(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 3 && parts.every((part) => part !== '' && isCanonical(part));
}

function isCanonical(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}
