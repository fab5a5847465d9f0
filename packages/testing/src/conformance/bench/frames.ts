import type { VendorWire, WireAnswer, WireFrame } from '../vendor-wire.js';
import { toBytes } from './chunking.js';
import { expectThat } from './expectation.js';

/** Where in `frames` a text stands first. @throws when it is nowhere: each delta travels in a frame of its own. */
export function frameOf(frames: readonly WireFrame[], text: string): number {
  const at = frames.findIndex((frame) => holdsText(frame, text));
  expectThat(at >= 0, `a frame of the wire holds the text "${text}" in plain UTF-8`);
  return at;
}

/** The frames of an answer up to the one that first holds `text`, which is left out. */
export function framesBefore(wire: VendorWire, answer: WireAnswer, text: string): readonly WireFrame[] {
  const frames = wire.stream(answer);
  return frames.slice(0, frameOf(frames, text));
}

/** Whether a frame holds a text in plain UTF-8. */
export function holdsText(frame: WireFrame, text: string): boolean {
  return Buffer.from(toBytes(frame)).includes(text);
}
