const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as XML may have it; control characters, which it may not have at all, become spaces. */
export function escaped(content: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return content.replace(/[&<>"']/g, (character) => entities[character]).replace(/[\u0000-\u001f]/g, ' ');
}
