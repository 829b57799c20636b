// Generates schema/kernel.schema.json from src/kernels/file/schema.ts; run by `tsx schema/generate.ts`.
// A test compares the file with its output.

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';
import { kernelFile, member, SCHEMA_ID, step } from '../src/kernels/file/schema.js';

/** The text of schema/kernel.schema.json. */
export function schemaText(): string {
  // Draft 7 is the newest version that common editors support completely. JSON numbers are always finite.
  const { $schema, ...rules } = toJsonSchema(kernelFile, {
    target: 'draft-07',
    ignoreActions: ['finite'],
    definitions: { kernelFile, member, step },
  });
  const title = 'convtool kernel';
  const description = 'A kernel, a generated kernel or a bank of kernels for convtool.';
  return `${JSON.stringify({ $schema, $id: SCHEMA_ID, title, description, ...rules }, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(new URL('kernel.schema.json', import.meta.url), schemaText());
}
