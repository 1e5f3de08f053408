import { shortened, textElement, textWidth } from './text.js';

/** A line of the legend. */
export interface LegendEntry {
  readonly label: string;
  /** Written after the label, and never shortened. */
  readonly value?: string;
  readonly colour: string;
  readonly shape: 'line' | 'box' | 'dot' | 'ring';
  /** Dashes of a line, such as `6,3`. */
  readonly dash?: string;
  /** Of a line, in px. */
  readonly strokeWidth?: number;
  readonly opacity?: number;
}

/** Entries below each other in as many columns as the longest allows, read down each column. */
export function legendRows(
  entries: readonly LegendEntry[],
  size: number,
  width: number,
): { readonly height: number; draw(x: number, y: number): string[] } {
  const [swatch, gap, row] = [26, 14, 18];
  const longest = entries.reduce((most, entry) => Math.max(most, textWidth(entry.label + valueOf(entry), size)), 0);
  const columns = Math.max(1, Math.min(entries.length, Math.floor((width + gap) / (swatch + longest + gap))));
  const rows = Math.ceil(entries.length / columns);
  const pitch = (width + gap) / columns;
  return {
    height: row * rows,
    draw: (x, y) =>
      entries.flatMap((entry, i) => {
        const left = x + pitch * Math.floor(i / rows);
        const middle = y + row * (i % rows) + row / 2;
        const value = valueOf(entry);
        const label = shortened(entry.label, size, pitch - gap - swatch - textWidth(value, size)) + value;
        return [
          sample(entry, left, middle),
          textElement(
            left + swatch,
            middle + 0.35 * size,
            label,
            'class="figure-legend"',
            label === entry.label + value ? undefined : entry.label,
          ),
        ];
      }),
  };
}

const valueOf = ({ value }: LegendEntry): string => (value === undefined ? '' : ` ${value}`);

function sample(
  { shape, colour, dash = 'none', strokeWidth = 2, opacity = 1 }: LegendEntry,
  x: number,
  y: number,
): string {
  const at = (value: number): string => String(+value.toFixed(2));
  if (shape === 'line') {
    return `<path d="M${at(x)} ${at(y)}h20" stroke="${colour}" stroke-width="${strokeWidth}" stroke-dasharray="${dash}" stroke-opacity="${opacity}" fill="none"/>`;
  }
  if (shape === 'box') {
    return `<rect x="${at(x + 2)}" y="${at(y - 5)}" width="16" height="10" fill="${colour}" fill-opacity="${opacity}"/>`;
  }
  const fill = shape === 'dot' ? colour : '#fff';
  return `<circle cx="${at(x + 10)}" cy="${at(y)}" r="4" fill="${fill}" stroke="${colour}" stroke-width="1.5"/>`;
}
