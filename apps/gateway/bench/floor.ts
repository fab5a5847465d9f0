// The parsing floor: bare fastify and undici that read and write again all that passes, and do nothing else.
import { fastify } from 'fastify';
import { Pool } from 'undici';

const [vendor = ''] = process.argv.slice(2);
const pool = new Pool(vendor, { connections: 256 });
const server = fastify();

server.post('/v1/chat/completions', async (request, reply) => {
  const body = JSON.stringify(request.body);
  const answer = await pool.request({
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
    body,
  });
  const isStream = String(answer.headers['content-type']).startsWith('text/event-stream');
  if (!isStream) return reply.code(answer.statusCode).send(await answer.body.json());

  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
  reply.raw.flushHeaders();
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of answer.body) {
    const parts = (rest + decoder.decode(bytes as Buffer, { stream: true })) // undici gives buffers
      .split('\n\n');
    rest = parts.pop() ?? '';
    let out = '';
    for (const part of parts) {
      const data = part.slice('data: '.length);
      out += data === '[DONE]' ? 'data: [DONE]\n\n' : `data: ${JSON.stringify(JSON.parse(data))}\n\n`;
    }
    if (out !== '') reply.raw.write(out);
  }
  reply.raw.end();
  return reply;
});

process.send?.(await server.listen({ host: '127.0.0.1', port: 0 }));
process.on('disconnect', () => process.exit());
