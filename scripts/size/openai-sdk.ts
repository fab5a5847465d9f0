/** The vendor's SDK alone, as one would use it without a framework: what the agent on it is measured against. */
import { OpenAI } from 'openai';

const client = new OpenAI();
const stream = await client.chat.completions.create({ model: 'gpt-6-luna', messages: [], stream: true });
for await (const chunk of stream) console.log(chunk);
