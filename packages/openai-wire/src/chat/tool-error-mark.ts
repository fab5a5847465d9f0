/** OpenAI's tool messages cannot say that the tool failed; this in front of the text lets the model see it. */
export const toolErrorMark = '[tool error] ';
