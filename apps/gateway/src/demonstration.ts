import type { GatewayConfig } from './config/gateway-config.js';

/** What is served without a config: every kind of model over the offline stand-in, on loopback. */
export const demonstration: GatewayConfig = {
  server: { host: '127.0.0.1', port: 0, insecureDev: true },
  providers: { 'stand-in': { vendor: 'offline' } },
  models: {
    'tako/offline': { type: 'provider', provider: 'stand-in', description: 'repeats the question' },
    'tako/agent': { type: 'single_agent', provider: 'stand-in', description: 'an agent without tools' },
    'tako/team': {
      type: 'trinity',
      agents: { ann: 'stand-in', bob: 'stand-in' },
      description: 'a team that takes turns',
    },
  },
  budget: { maxUsdPerTenantPerDay: { '*': 1 } },
};
