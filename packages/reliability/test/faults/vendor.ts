import type { ServerResponse } from 'node:http';

import { answerJson, loopbackServer, type LoopbackServer } from '@tako/testing/loopback';

/** How the vendor answers one request. */
export type Answer = (response: ServerResponse) => void;

/** Starts a vendor that gives these answers in turn, and the last one again and again. */
export function startVendor(answers: readonly Answer[]): Promise<LoopbackServer> {
  let answered = 0;
  return loopbackServer((response) => answers[Math.min(answered++, answers.length - 1)]?.(response));
}

function frame(choice: object, more: object = {}): string {
  return `data: ${JSON.stringify({ id: 'c1', choices: [{ index: 0, ...choice }], ...more })}\n\n`;
}

const beginning = frame({ delta: { content: 'Hel' } });
const usage = { usage: { prompt_tokens: 10, completion_tokens: 2 } };
const rest =
  frame({ delta: { content: 'lo' } }) + frame({ delta: {}, finish_reason: 'stop' }, usage) + 'data: [DONE]\n\n';

/** `Hello`, streamed; 10 tokens in, 2 out. */
export const hello: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(beginning);
  response.end(rest);
};

/** `Hel`, half of the next frame, and then nothing more. The connection stays open. */
export const half: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(beginning + rest.slice(0, 20));
};

/** Nothing at all. The connection stays open. */
export const silence: Answer = () => undefined;

/** Headers, keep-alive comments, and no event. */
export const onlyComments: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const timer = setInterval(() => response.write(': keep-alive\n\n'), 10);
  response.once('close', () => clearInterval(timer));
};

/** `Hel`, and then an error in place of the rest. */
export const failsHalfway: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(beginning);
  response.end('data: {"error":{"message":"overloaded","type":"overloaded_error"}}\n\n');
};

/** A page of a proxy where an event stream should be. */
export const garbage: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end('data: <html>502 Bad Gateway</html>\n\n');
};

/** An answer that is no success. */
export function failure(status: number, headers: Record<string, string> = {}): Answer {
  return (response) => {
    answerJson(response, status, { error: { message: 'no', type: 'test' } }, headers);
  };
}
