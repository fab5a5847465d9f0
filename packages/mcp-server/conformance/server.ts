/** The server that the conformance runner asks: `serveMcp` with the tools that its scenarios call. It prints its address. */
import { tool, toolOutput, type ToolResultContent } from '@tako/core';
import { serveMcp } from '@tako/mcp-server';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const silence = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';

const image: ToolResultContent = { type: 'image', mimeType: 'image/png', data: pixel };
const file: ToolResultContent = { type: 'file', mimeType: 'text/plain', data: 'dGV4dA==', name: 'a.txt' };
const text: ToolResultContent = { type: 'text', text: 'This is a simple text response for testing.' };

const dialect = 'https://json-schema.org/draft/2020-12/schema';

const served = serveMcp(
  [
    tool({ name: 'test_simple_text', description: 'Gives text', execute: () => toolOutput([text]) }),
    tool({ name: 'test_image_content', description: 'Gives an image', execute: () => toolOutput([image]) }),
    tool({
      name: 'test_audio_content',
      description: 'Gives sound',
      execute: () => toolOutput([{ type: 'audio', mimeType: 'audio/wav', data: silence }]),
    }),
    tool({ name: 'test_embedded_resource', description: 'Gives a file', execute: () => toolOutput([file]) }),
    tool({
      name: 'test_multiple_content_types',
      description: 'Gives text, an image and a file',
      execute: () => toolOutput([text, image, file]),
    }),
    tool({
      name: 'test_error_handling',
      description: 'Fails',
      execute: () => {
        throw new Error('This tool intentionally returns an error for testing');
      },
    }),
    tool({
      name: 'json_schema_2020_12_tool',
      description: 'Takes an address',
      inputSchema: {
        $schema: dialect,
        type: 'object',
        $defs: {
          address: {
            $anchor: 'addressDef',
            type: 'object',
            properties: { street: { type: 'string' }, city: { type: 'string' } },
          },
        },
        properties: {
          name: { type: 'string' },
          address: { $ref: '#/$defs/address' },
          contactMethod: { type: 'string', enum: ['phone', 'email'] },
          phone: { type: 'string' },
          email: { type: 'string' },
        },
        allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
        if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
        // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
        then: { required: ['phone'] },
        else: { required: ['email'] },
        additionalProperties: false,
      },
      execute: () => 'fits',
    }),
  ],
  { name: 'tako-conformance', version: '1.0.0' },
);
const { url } = await served.http({ auth: 'none' }).listen();
process.stdout.write(`${url}\n`);
