import type { ToolSchema } from '@tako/core';

const path = { type: 'string' };

function sample(
  name: string,
  description: string,
  properties: Readonly<Record<string, object>>,
  required: readonly string[] = Object.keys(properties),
): ToolSchema {
  return { name, description, inputSchema: { type: 'object', properties, required } };
}

/**
 * Tools as `@modelcontextprotocol/server-filesystem` and `server-everything` (2026.8.31) list them, the long
 * descriptions cut.
 */
export const sampleTools: readonly ToolSchema[] = [
  sample(
    'read_file',
    'Read the complete contents of a file as text. DEPRECATED: Use read_text_file instead.',
    { path, head: { type: 'number', description: 'If provided, returns only the first N lines of the file' } },
    ['path'],
  ),
  sample(
    'read_text_file',
    'Read the complete contents of a file from the file system as text. Use this tool to examine the contents of a ' +
      'single file. Only works within allowed directories.',
    {
      path,
      tail: { type: 'number', description: 'If provided, returns only the last N lines of the file' },
      head: { type: 'number', description: 'If provided, returns only the first N lines of the file' },
    },
    ['path'],
  ),
  sample(
    'read_media_file',
    'Read a file and return it as a base64-encoded content block. Image and audio files are returned as such. Only ' +
      'works within allowed directories.',
    { path },
  ),
  sample(
    'write_file',
    'Create a new file or completely overwrite an existing file with new content. Only works within allowed directories.',
    { path, content: { type: 'string' } },
  ),
  sample('create_directory', 'Create a new directory or ensure a directory exists.', { path }),
  sample(
    'list_directory',
    'Get a detailed listing of all files and directories in a specified path. Results clearly distinguish between ' +
      'files and directories with [FILE] and [DIR] prefixes. Only works within allowed directories.',
    { path },
  ),
  sample(
    'list_directory_with_sizes',
    'Get a detailed listing of all files and directories in a specified path, including sizes. Results clearly ' +
      'distinguish between files and directories with [FILE] and [DIR] prefixes. Only works within allowed directories.',
    { path, sortBy: { type: 'string', enum: ['name', 'size'], description: 'Sort entries by name or size' } },
    ['path'],
  ),
  sample(
    'directory_tree',
    "Get a recursive tree view of files and directories as a JSON structure. Each entry includes 'name', 'type' and " +
      "'children' for directories. Only works within allowed directories.",
    { path, excludePatterns: { type: 'array', items: { type: 'string' } } },
    ['path'],
  ),
  sample(
    'move_file',
    'Move or rename files and directories. Both source and destination must be within allowed directories.',
    { source: path, destination: path },
  ),
  sample(
    'search_files',
    'Recursively search for files and directories matching a pattern. Use pattern like "*.ext" to match files in ' +
      'current directory. Returns full paths to all matching items. Only searches within allowed directories.',
    { path, pattern: { type: 'string' }, excludePatterns: { type: 'array', items: { type: 'string' } } },
    ['path', 'pattern'],
  ),
  sample(
    'get_file_info',
    'Retrieve detailed metadata about a file or directory, including size, creation time, last modified time, ' +
      'permissions, and type. Only works within allowed directories.',
    { path },
  ),
  sample('list_allowed_directories', 'Returns the list of directories that this server is allowed to access.', {}),
  sample('echo', 'Echoes back the input string', { message: { type: 'string', description: 'Message to echo' } }),
  sample('get-env', 'Returns all environment variables, helpful for debugging MCP server configuration', {}),
  sample(
    'get-structured-content',
    'Returns structured content along with an output schema for client data validation',
    { location: { type: 'string', enum: ['New York', 'Chicago', 'Los Angeles'], description: 'Choose city' } },
  ),
  sample('get-sum', 'Returns the sum of two numbers', {
    a: { type: 'number', description: 'First number' },
    b: { type: 'number', description: 'Second number' },
  }),
  sample('toggle-simulated-logging', 'Toggles simulated, random-leveled logging on or off.', {}),
  sample(
    'trigger-long-running-operation',
    'Demonstrates a long running operation with progress updates.',
    {
      duration: { type: 'number', description: 'Duration of the operation in seconds' },
      steps: { type: 'number', description: 'Number of steps in the operation' },
    },
    [],
  ),
];
