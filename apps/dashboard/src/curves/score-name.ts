import { camelCase } from '../form/schema.js';
import type { Words } from '../i18n/en.js';

/** A score's name in the page's language; one that is not known as it is. */
export function scoreName(words: Words, name: string): string {
  const known: Readonly<Record<string, string>> = words.runs.scoreNames;
  return known[camelCase(name)] ?? name;
}
