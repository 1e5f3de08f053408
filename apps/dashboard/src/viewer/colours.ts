import type { Colours } from './draw.js';

/** The paper's colours as the page's style has them now. */
export function paperColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--ecg-${name}`).trim();
  return {
    paper: colour('paper'),
    fine: colour('fine'),
    thick: colour('thick'),
    trace: colour('trace'),
    label: colour('label'),
    mark: colour('mark'),
    abnormal: colour('abnormal'),
    rhythm: colour('rhythm'),
    positive: colour('positive'),
    negative: colour('negative'),
  };
}
