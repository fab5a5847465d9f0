import { isSafeFetchError } from '@tako/safe-fetch';

/** The rule by which a fetch is refused; what it gives or throws when that is no refusal. */
export async function refusal(fetching: Promise<unknown>): Promise<unknown> {
  try {
    return await fetching;
  } catch (error) {
    return isSafeFetchError(error) ? error.rule : error;
  }
}
