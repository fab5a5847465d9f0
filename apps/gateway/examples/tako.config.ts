// The same as YAML, with types: npx -y pnpm@12.21.0 gateway --config apps/gateway/examples/tako.config.ts
import { defineGateway } from '@tako/app-gateway/config';

export const config = defineGateway({
  server: { port: 4141, insecureDev: true },
  providers: {
    luna: { vendor: 'openai', model: 'gpt-6-luna', apiKey: '$ENV:OPENAI_API_KEY' },
  },
  models: {
    luna: { type: 'provider', provider: 'luna' },
    'tako/search': {
      type: 'ab_mcts',
      generators: { luna: 'luna' },
      verifier: { type: 'llm_judge', provider: 'luna', rubric: 'The answer is right, and shows how it was found.' },
      maxCalls: 32,
    },
  },
  budget: { maxUsdPerDay: 5 },
});
