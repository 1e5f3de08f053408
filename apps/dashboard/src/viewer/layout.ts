/** How leads are laid out: all of the time in each lead, one above the other, or the sheet of 12 leads with a rhythm strip. */
export type SheetKind = 'stacked' | 'sheet';

/** One lead's place on the paper; lengths in mm. */
export interface Strip {
  /** Index of the lead in the signal. */
  readonly lead: number;
  readonly name: string;
  /** Where its time begins, in seconds after the left edge of the paper. */
  readonly delaySeconds: number;
  /** How much of the time it shows, in seconds; Infinity for all there is. */
  readonly seconds: number;
  readonly x: number;
  /** Where 0 mV is. */
  readonly y: number;
  readonly rhythm: boolean;
}

/** All strips of a paper. */
export interface Layout {
  readonly strips: readonly Strip[];
  readonly rowHeight: number;
  /** mm */
  readonly height: number;
  /** Of a sheet, in mm; of stacked leads as long as the time. */
  readonly width: number | undefined;
}

/** What is above the first and below the last row: marks and the time. In mm, multiples of 5 so that rows begin on a thick line. */
const margins = { top: 10, bottom: 5 } as const;

const standard = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/** Before the rows of a sheet, for the calibration pulse, and after them. In mm. */
export const sheetMargins = { left: 15, right: 5 } as const;

/** Seconds of a standard sheet, and its columns. */
export const sheetSeconds = 10;
const columns = 4;

/** Places of the twelve standard leads in a signal, in their order; `undefined` where one is absent. */
export function twelveLeads(leads: readonly string[]): number[] | undefined {
  const places = standard.map((name) => leads.findIndex((lead) => lead.toUpperCase() === name.toUpperCase()));
  return places.every((place) => place >= 0) ? places : undefined;
}

/** All leads below one another, those of twelve in their usual order. */
export function stackedLayout(leads: readonly string[]): Layout {
  const order = leads.length === 12 ? (twelveLeads(leads) ?? [...leads.keys()]) : [...leads.keys()];
  const rowHeight = order.length > 4 ? 20 : 30;
  const strips = order.map((lead, row) => ({
    ...{ lead, name: leads[lead], delaySeconds: 0, seconds: Infinity, x: 0, rhythm: false },
    y: margins.top + (row + 0.5) * rowHeight,
  }));
  return { strips, rowHeight, height: margins.top + order.length * rowHeight + margins.bottom, width: undefined };
}

/**
 * The usual sheet: three rows of four leads, each column showing the next quarter of ten seconds, and lead II below over all of them.
 *
 * @param places the twelve leads, from {@link twelveLeads}
 */
export function sheetLayout(leads: readonly string[], places: readonly number[], millimetresPerSecond: number): Layout {
  const rowHeight = 30;
  const seconds = sheetSeconds / columns;
  const y = (row: number): number => margins.top + (row + 0.5) * rowHeight;
  const strips = places.map((lead, i) => {
    const column = Math.floor(i / 3);
    const delaySeconds = column * seconds;
    const x = sheetMargins.left + delaySeconds * millimetresPerSecond;
    return { lead, name: leads[lead], delaySeconds, seconds, x, y: y(i % 3), rhythm: false };
  });
  const rhythm = {
    lead: places[1],
    name: leads[places[1]],
    delaySeconds: 0,
    seconds: sheetSeconds,
    x: sheetMargins.left,
    y: y(3),
    rhythm: true,
  };
  return {
    strips: [...strips, rhythm],
    rowHeight,
    height: margins.top + 4 * rowHeight + margins.bottom,
    width: sheetMargins.left + sheetSeconds * millimetresPerSecond + sheetMargins.right,
  };
}
