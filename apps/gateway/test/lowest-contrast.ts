import type { Page } from 'playwright-core';

/** Colours as the browser computes them: of each text, and of what is behind it, the nearest first. */
type Found = readonly { readonly color: string; readonly grounds: readonly string[] }[];

const findTexts = `
  [...document.querySelectorAll('body *')]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ''))
    .map((element) => {
      const grounds = [];
      for (let at = element; at; at = at.parentElement) grounds.push(getComputedStyle(at).backgroundColor);
      return { color: getComputedStyle(element).color, grounds };
    })`;

/** The lowest contrast of a text to its ground (WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio, read 2026-11-23). */
export async function lowestContrast(page: Page): Promise<number> {
  const texts: Found = await page.evaluate(findTexts);
  return Math.min(
    ...texts.map(({ color, grounds }) => {
      const ground = grounds.map(partsOf).find(({ length, 3: alpha }) => length === 3 || alpha !== 0) ?? [
        255, 255, 255,
      ];
      const [one, other] = [luminance(partsOf(color)), luminance(ground)];
      return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    }),
  );
}

function partsOf(color: string): number[] {
  return (color.match(/[\d.]+/g) ?? []).map(Number);
}

function luminance([red = 0, green = 0, blue = 0]: number[]): number {
  const linear = (part: number): number => (part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
