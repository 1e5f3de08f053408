/** Annotation codes 0 to 49 of the MIT format as the symbols WFDB prints; `[15]` and its like have no symbol of their own. */
const symbols = [
  ...[' ', 'N', 'L', 'R', 'a', 'V', 'F', 'J', 'A', 'S'],
  ...['E', 'j', '/', 'Q', '~', '[15]', '|', '[17]', 's', 'T'],
  ...['*', 'D', '"', '=', 'p', 'B', '^', 't', '+', 'u'],
  ...['?', '!', '[', ']', 'e', 'n', '@', 'x', 'f', '('],
  ...[')', 'r', '[42]', '[43]', '[44]', '[45]', '[46]', '[47]', '[48]', '[49]'],
] as const;

const codes = new Map<string, number>(symbols.map((symbol, code) => [symbol, code]));

/** The symbol of a code, such as `N` for 1; `[50]` for a code that WFDB leaves free. */
export function symbolOf(code: number): string {
  return symbols[code] ?? `[${code}]`;
}

/** The code of a symbol, or `undefined` for an unknown one. */
export function codeOf(symbol: string): number | undefined {
  return codes.get(symbol);
}

/** The pseudo codes, which carry something about the annotation before them. */
export const pseudo = { skip: 59, number: 60, subtype: 61, channel: 62, aux: 63 } as const;
