/** The smallest tool-calling agent on OpenAI, by the door on the SDK. */
import { tool } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { openai } from '@tako/provider-openai';

const weather = tool({
  name: 'weather',
  description: 'The weather in a city, now',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  execute: () => 'It rains.',
});
const agent = new SingleAgent({ provider: openai({ model: 'gpt-6-luna' }), tools: [weather] });
const { text } = await agent.run('Do I need an umbrella in Bergen today?');
console.log(text);
