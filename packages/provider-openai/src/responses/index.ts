export { responses } from './responses.js';
export type { OpenAIApi, OpenAIApiOptions, OpenAIApiRequest } from '../api.js';
