import { escaped } from './xml.js';

/**
 * About how wide a text is, in px. Which font draws it is not known, so this is a wide one (DejaVu Sans): what fits by this fits in the fonts
 * that systems come with.
 */
export function textWidth(text: string, size: number): number {
  let em = 0;
  for (const character of text) em += widthOf(character);
  return em * size;
}

function widthOf(character: string): number {
  if (character >= '\u2e80') return 1;
  if (/[iljtfrI.,:;'|!()[\] ]/.test(character)) return 0.4;
  if (/[mwMW@%]/.test(character)) return 0.98;
  return /[A-Z]/.test(character) ? 0.73 : 0.63;
}

/** The text, or as much of it as fits with `…` after. */
export function shortened(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  let kept = [...text];
  while (kept.length > 1 && textWidth(`${kept.join('')}…`, size) > width) kept = kept.slice(0, -1);
  return `${kept.join('').trimEnd()}…`;
}

/** Lines no wider than `width`, broken at spaces; a word that is wider alone is shortened. */
export function wrapped(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && textWidth(longer, size) > width) {
      lines.push(line);
      line = shortened(word, size, width);
    } else line = shortened(longer, size, width);
  }
  return line ? [...lines, line] : lines;
}

/** A text element; `title` is what a pointer shows. */
export function textElement(x: number, y: number, content: string, attributes = '', title?: string): string {
  const tip = title === undefined ? '' : `<title>${escaped(title)}</title>`;
  return `<text x="${+x.toFixed(2)}" y="${+y.toFixed(2)}"${attributes && ` ${attributes}`}>${tip}${escaped(content)}</text>`;
}
