import { open } from 'node:fs/promises';

/** The lines of a text file; `undefined` when there is none. */
export async function textLines(path: string): Promise<string[] | undefined> {
  const handle = await open(path).catch(() => undefined);
  if (handle === undefined) return undefined;
  const lines: string[] = [];
  for await (const line of handle.readLines({ encoding: 'utf8' })) if (line.trim() !== '') lines.push(line.trim());
  return lines;
}
