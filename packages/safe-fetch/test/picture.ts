/** The beginnings of small pictures; nobody looks further. */
export const png: Buffer = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
export const jpeg: Buffer = Buffer.from('ffd8ffe000104a464946', 'hex');
export const gif: Buffer = Buffer.from('GIF89a\u0001\u0000\u0001\u0000', 'latin1');
export const webp: Buffer = Buffer.from('RIFF\u0010\u0000\u0000\u0000WEBPVP8L', 'latin1');
