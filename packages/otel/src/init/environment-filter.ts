import { platformEnvironment } from '@tako/core/provider';

/** What `TAKO_LOG` asks for, or else what is given here. */
export function environmentFilter(otherwise: string): string {
  const asked = platformEnvironment(globalThis)?.['TAKO_LOG'];
  return asked === undefined || asked.trim() === '' ? otherwise : asked;
}
