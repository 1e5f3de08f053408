import { CardioError, suggestion } from '@cardio/core';
import { cpsc2018Card } from '../cpsc2018-config.js';
import type { DatasetCard } from '../dataset.js';
import { icentiaCard } from '../icentia-config.js';
import { mimicCard } from '../mimic-config.js';
import { mitbihCard } from '../mitbih-config.js';
import { ptbxl } from '../ptbxl.js';

/** A dataset on PhysioNet: where its files are and how they fall into parts that can be had one by one. */
export interface DownloadSource {
  readonly name: string;
  readonly card: DatasetCard;
  /** The project's name in PhysioNet's addresses. */
  readonly slug: string;
  /** Versions that can be had; the first is taken unless another is asked for. */
  readonly versions: readonly string[];
  /** Whether the licence forbids commercial use, so that it must be accepted by name. */
  readonly nonCommercial: boolean;
  /** Whether a file of the project belongs to the dataset. */
  readonly includes: (path: string) => boolean;
  /** The part that a file belongs to, which a subset chooses by name; `undefined` for tables and texts, which are always taken. */
  readonly unitOf: (path: string) => string | undefined;
  /** What a part is, in the plural, and examples of subsets. */
  readonly units: string;
  readonly subsetExamples: readonly string[];
}

const firstGroup =
  (pattern: RegExp) =>
  (path: string): string | undefined =>
    pattern.exec(path)?.[1];
const everything = (): boolean => true;

/** The datasets that {@link downloadDataset} knows, by name. */
export const downloadSources: readonly DownloadSource[] = [
  {
    name: 'mitbih',
    card: mitbihCard,
    slug: 'mitdb',
    versions: ['1.0.0'],
    nonCommercial: false,
    includes: everything,
    unitOf: firstGroup(/^(?:x_mitdb\/)?((?:x_)?\d{3})[-.]/),
    units: 'records',
    subsetExamples: ['100,101,200-234', 'first:10'],
  },
  {
    name: 'ptbxl',
    card: ptbxl.card,
    slug: 'ptb-xl',
    versions: ['1.0.3', '1.0.1'],
    nonCommercial: false,
    includes: everything,
    unitOf: (path) => /^records(100|500)\//.exec(path)?.[1].concat('hz'),
    units: 'sampling rates',
    subsetExamples: ['100hz', '500hz'],
  },
  {
    name: 'cpsc2018',
    card: cpsc2018Card,
    slug: 'challenge-2020',
    versions: ['1.0.2'],
    nonCommercial: false,
    includes: (path) => path.startsWith('training/cpsc_2018/') || path === 'LICENSE.txt',
    unitOf: firstGroup(/(?:^|\/)(A\d{4})\.(?:hea|mat)$/),
    units: 'records',
    subsetExamples: ['A0001-A0500', 'first:100'],
  },
  {
    name: 'mimic-iv-ecg',
    card: mimicCard,
    slug: 'mimic-iv-ecg',
    versions: ['1.0'],
    nonCommercial: false,
    includes: everything,
    unitOf: firstGroup(/^files\/p\d{4}\/(p\d+)\//),
    units: 'patients',
    subsetExamples: ['p1000', 'p10000032', 'first:500'],
  },
  {
    name: 'icentia11k',
    card: icentiaCard,
    slug: 'icentia11k-continuous-ecg',
    versions: ['1.0'],
    nonCommercial: true,
    includes: everything,
    unitOf: firstGroup(/^p\d\d\/(p\d{5})\//),
    units: 'patients',
    subsetExamples: ['p00', 'p00000-p00049', 'first:20'],
  },
];

/**
 * The source of that name; dashes and underscores are interchangeable.
 *
 * @throws {CardioError} `usage` for an unknown name, with the known ones
 */
export function downloadSource(name: string): DownloadSource {
  const names = downloadSources.map((source) => source.name);
  const found = downloadSources.find((source) => source.name === name.replaceAll('_', '-'));
  if (found) return found;
  throw new CardioError(
    'usage',
    `There is no dataset \`${name}\` on PhysioNet that is known here. ${suggestion(name, names)}`,
  );
}

const mirrors: Readonly<Record<string, (slug: string, version: string) => string>> = {
  physionet: (slug, version) => `https://physionet.org/files/${slug}/${version}/`,
  s3: (slug, version) => `https://physionet-open.s3.amazonaws.com/${slug}/${version}/`,
};

/**
 * The address of the folder with the dataset's `SHA256SUMS.txt`, which ends in a slash.
 *
 * @param mirror `physionet`, `s3` (PhysioNet's open bucket) or the address of a folder with the same layout
 * @throws {CardioError} `usage` for any other mirror or a version that is not known
 */
export function baseAddress(source: DownloadSource, version: string, mirror: string): string {
  if (!source.versions.includes(version)) {
    throw new CardioError(
      'usage',
      `${source.name} has no version \`${version}\` here. Known: ${source.versions.join(', ')}.`,
    );
  }
  if (Object.hasOwn(mirrors, mirror)) return mirrors[mirror](source.slug, version);
  if (/^https?:\/\/[^?#]+$/i.test(mirror) && URL.canParse(mirror)) return mirror.replace(/\/*$/, '/');
  throw new CardioError(
    'usage',
    `\`--mirror\` must be ${Object.keys(mirrors).join(', ')} or the http(s) address of the folder with SHA256SUMS.txt, received \`${mirror}\`.`,
  );
}
