/**
 * Colours that colour-blind readers can tell apart and that show on white: those of Okabe & Ito, "Color universal design" (2008), without
 * yellow, the lightest; black is the average's.
 */
export const palette = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00'] as const;

/** Dashes that go with the colours from the fourth on, so that lines differ on grey paper as well. */
export const dashes = ['none', 'none', 'none', '6,3', '6,3', '6,3'] as const;

/** Text and lines; what is second; what is behind. */
export const ink = { text: '#1a1a1a', second: '#595959', behind: '#bfbfbf' } as const;
