import { bundleFiles, damaged } from './files.js';
import { bundleSchema, type Bundle } from './schema.js';

/**
 * Reads the bytes of a `bundle.json`.
 *
 * @throws CardioError 'data' for what is no JSON, of another version, or not what the schema says, naming the first field that isn't
 */
export function parseBundle(bytes: Uint8Array, place: string): Bundle {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged(place, `its ${bundleFiles.description} is not readable JSON (${(cause as Error).message}).`, cause);
  }
  const version = (content as { formatVersion?: unknown } | null)?.formatVersion;
  if (version !== 2) {
    throw damaged(
      place,
      `its ${bundleFiles.description} has formatVersion ${JSON.stringify(version)}; this version of the platform reads 2.`,
    );
  }
  const { success, data, error } = bundleSchema.safeParse(content);
  if (success) return data;
  const [{ path, message }] = error.issues;
  throw damaged(place, `\`${path.join('.')}\` of its ${bundleFiles.description}: ${message}.`, error);
}
