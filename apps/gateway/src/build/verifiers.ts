import type { Provider, Verifier } from '@tako/core';
import { combine, fitsSchema, lengthBetween, llmJudge, majority, matches, panel } from '@tako/orchestrators/verifiers';

import type { VerifierConfig } from '../config/model-config.js';

/** Who scores answers, by a config. */
export function buildVerifier(config: VerifierConfig, provider: (name: string) => Provider): Verifier {
  switch (config.type) {
    case 'llm_judge': {
      const { rubric, timeoutMs } = config;
      return llmJudge({ provider: provider(config.provider), rubric, timeoutMs });
    }
    case 'majority':
      return majority({ provider: provider(config.provider), samples: config.samples });
    case 'matches': {
      const { pattern, not, feedback } = config;
      return matches(pattern, { not, feedback });
    }
    case 'length_between':
      return lengthBetween(config);
    case 'fits_schema':
      return fitsSchema(config.schema);
    case 'panel': {
      const { by, quorum } = config;
      return panel({ judges: config.judges.map((judge) => buildVerifier(judge, provider)), by, quorum });
    }
    case 'combine':
      return combine({ verifiers: config.verifiers.map((each) => buildVerifier(each, provider)), by: config.by });
    default:
      return config satisfies never;
  }
}
