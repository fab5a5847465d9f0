import { stem } from './words.js';

/**
 * What people write, and the words that tools use for it. This is all the language that the stand-in knows: a model
 * knows the rest.
 */
const implications: readonly (readonly [RegExp, string])[] = [
  [/\bfolders?\b|\bdirs?\b|\bdirector(?:y|ies)\b/i, 'directory list'],
  [/^\s*(?:which|what)\b.*\b(?:in|inside|under|within)\b/i, 'list'],
  [/\bhow many\b|\bnumber of\b|\bcount\b/i, 'list search'],
  [/\bfind\b|\blook for\b|\bwhere\b|\blocate\b/i, 'search find matching'],
  [/\*|\bnamed\b|\bcalled\b/i, 'pattern search matching'],
  [/\bsmallest\b|\blargest\b|\bbiggest\b|\bbytes?\b/i, 'size'],
  [/\bhow (?:big|large)\b/i, 'size metadata info'],
  [/\bread\b|\bopen\b|\bshow\b|\bprint\b|\bcat\b|\bdisplay\b|\bview\b|\bcontents?\b/i, 'read contents'],
  [/\bmodified\b|\bchanged\b|\bcreated\b|\bpermissions?\b/i, 'metadata info'],
  [/\bstructure\b|\brecursive/i, 'tree'],
  [/\d\s*\+\s*\d|\bplus\b|\badd(?:ed)?\b|\bsum\b|\btotal of\b/i, 'sum add two numbers'],
  [/\d\s*[*×]\s*\d|\btimes\b|\bmultipl/i, 'multiply product'],
  [/\brepeat\b|\bsay\b/i, 'echo'],
  [/\benvironment\b/i, 'env'],
  [/\bpictures?\b|\blogo\b|\.(?:png|jpe?g|gif|webp)\b/i, 'image media'],
  [/\bmake\b|\bmkdir\b/i, 'create'],
  [/\brename\b/i, 'move'],
  [/\bsave\b/i, 'write'],
  [/\bweather\b|\bforecast\b/i, 'temperature conditions location city'],
];

/** Words that `text` does not hold but means, stemmed. */
export function impliedWords(text: string): string[] {
  return implications.filter(([sign]) => sign.test(text)).flatMap(([, words]) => words.split(' ').map(stem));
}
