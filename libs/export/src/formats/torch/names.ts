/**
 * Gives names that Python takes, each time the same for the same name: `stem/Conv` becomes `stem_conv`.
 *
 * @param taken names that are given to nothing
 * @returns the identifier of a name; a second argument states it
 */
export function identifiers(taken: readonly string[]): (name: string, stated?: string) => string {
  const used = new Set(taken);
  const known = new Map<string, string>();
  return (name, stated) => {
    const before = known.get(name);
    if (before) return before;
    const plain = name
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .replaceAll(/^_|_$/g, '');
    const base = /^[a-z]/.test(plain) ? plain : `x_${plain}`;
    let identifier = stated ?? base;
    for (let i = 1; stated === undefined && used.has(identifier); i++) identifier = `${base}_${i}`;
    used.add(identifier);
    known.set(name, identifier);
    return identifier;
  };
}
