import { en, type Words } from './words/en.js';
import { ptBR } from './words/pt-br.js';
import type { Interval } from './report-data.js';

/** Languages of a report. */
export const reportLanguages = ['en', 'pt-BR'] as const;
export type ReportLanguage = (typeof reportLanguages)[number];

const dictionaries: Readonly<Record<ReportLanguage, Words>> = { en, 'pt-BR': ptBR };

/** Words and numbers as a language has them. */
export interface Language {
  readonly lang: ReportLanguage;
  readonly words: Words;
  /** Three digits after the decimal sign; words for what is undefined. */
  score(value: number | null): string;
  /** `0.902 to 0.955`, or nothing. */
  interval(interval: Interval | null): string;
  /** A score with its interval, where it has one. */
  scoreWith(value: number | null, interval: Interval | null): string;
  /** A number as it is, with the language's signs. */
  number(value: number): string;
  percent(share: number): string;
  /** A day and a time of UTC. */
  time(iso: string): string;
  /** A score's name, or the name it has in the evaluation. */
  scoreName(name: string): string;
}

/** The words and numbers of a language. */
export function languageOf(lang: ReportLanguage): Language {
  const words = dictionaries[lang];
  const three = new Intl.NumberFormat(lang, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const whole = new Intl.NumberFormat(lang, { maximumFractionDigits: 0 });
  const plain = new Intl.NumberFormat(lang, { maximumSignificantDigits: 6 });
  const percents = new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1 });
  const times = new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  const score = (value: number | null): string => (value === null ? words.undefined : three.format(value));
  const interval = (ends: Interval | null): string =>
    ends ? words.range(three.format(ends[0]), three.format(ends[1])) : '';
  return {
    ...{ lang, words, score, interval },
    scoreWith: (value, ends) => (ends ? words.withInterval(score(value), interval(ends)) : score(value)),
    number: (value) => (Number.isInteger(value) ? whole : plain).format(value),
    percent: (share) => percents.format(share),
    time: (iso) => `${times.format(new Date(iso))} UTC`,
    scoreName: (name) => words.scores.names[name] ?? name,
  };
}
