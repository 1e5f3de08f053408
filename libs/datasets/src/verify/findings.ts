/** What is checked, in the order in which it is told. */
const checkNames = [
  'presence',
  'checksum',
  'unreadable',
  'leads',
  'gain',
  'rate',
  'length',
  'counts',
  'missing',
  'flat',
  'clipped',
] as const;
export type CheckName = (typeof checkNames)[number];

/** Something found in a number of files or records. */
export interface Finding {
  readonly check: CheckName;
  /** `problem`: not as the database was published. `note`: as published, but a reader should know, such as a lead that fell off. */
  readonly level: 'problem' | 'note';
  readonly message: string;
  /** In how many places. */
  readonly count: number;
  /** The first of them, at most twenty. */
  readonly places: readonly string[];
}

/** Collects findings: those with the same message are one. */
export interface Findings {
  add(check: CheckName, level: Finding['level'], message: string, place: string): void;
  /** By check, problems before notes, the frequent first. */
  all(): Finding[];
}

const placesKept = 20;
const messagesKept = 200;

/** An empty collection; its size does not grow with the number of records. */
export function createFindings(): Findings {
  const found = new Map<string, Finding & { count: number; places: string[] }>();
  return {
    add: (check, level, message, place) => {
      const told =
        found.size < messagesKept || found.has(`${check} ${level} ${message}`) ? message : 'and others like these';
      const key = `${check} ${level} ${told}`;
      const finding = found.get(key) ?? { check, level, message: told, count: 0, places: [] };
      found.set(key, finding);
      finding.count++;
      if (finding.places.length < placesKept) finding.places.push(place);
    },
    all: () =>
      [...found.values()].sort(
        (a, b) =>
          Number(a.level === 'note') - Number(b.level === 'note') ||
          checkNames.indexOf(a.check) - checkNames.indexOf(b.check) ||
          b.count - a.count,
      ),
  };
}
