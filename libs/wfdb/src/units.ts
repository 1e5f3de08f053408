/** mV in one of each unit of voltage that headers name; samples in these come out in mV, in others (mmHg) as they are. */
export const millivoltsPer: Readonly<Record<string, number>> = { mV: 1, uV: 1e-3, µV: 1e-3, μV: 1e-3, V: 1e3 };

/** mV in one of `units`; 1 for what is no voltage, whose numbers are taken as they are. */
export function millivoltsIn(units: string): number {
  return Object.hasOwn(millivoltsPer, units) ? millivoltsPer[units] : 1;
}
