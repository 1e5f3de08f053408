import { InvalidArgumentError, type Command } from 'commander';

/** Adds `download` and `verify` to `cardio datasets`; what they need is loaded when they run. */
export function addDatasetCommands(datasets: Command): void {
  datasets
    .command('download')
    .description('Download a dataset from PhysioNet: resumable, every file checked against its SHA-256.')
    .argument('<name>', 'mitbih, ptbxl, cpsc2018, mimic-iv-ecg or icentia11k')
    .option('--data-dir <folder>', 'where it goes (default: datasets/<name>)')
    .option(
      '--subset <parts>',
      'only these, separated by commas: 100hz or 500hz of ptbxl, records or patients by their beginning (p1000), a range (p00000-p00049) or the first ones (first:20)',
    )
    .option('--mirror <place>', 'physionet, s3 or the address of a folder with SHA256SUMS.txt', 'physionet')
    .option('--dataset-version <version>', 'default: the newest, such as 1.0.3 of ptbxl')
    .option('--parallel <number>', 'files at a time', wholeNumber(1, 64), 8)
    .option('--accept-license', 'accept a licence that forbids commercial use')
    .option('--recheck', 'read all files that are there again, whatever their size and time')
    .option('--dry-run', 'say what would be downloaded, and how much')
    .option('--json', 'print JSON')
    .exitOverride()
    .action(async (name: string, _: unknown, self: Command) =>
      (await import('./download.js')).download(name, self.optsWithGlobals()),
    );
  datasets
    .command('verify')
    .description('Compare a folder with the dataset as published: files, checksums, counts, leads, gain, signals.')
    .argument('<name>', 'mitbih, ptbxl, cpsc2018, mimic-iv-ecg or icentia11k')
    .option('--data-dir <folder>', 'where it is (default: datasets/<name>)')
    .option('--subset <parts>', 'what should be there (default: what was downloaded)')
    .option('--sample <number>', 'read only so many records, evenly spread', wholeNumber(1, 1e9))
    .option('--json', 'print JSON')
    .exitOverride()
    .addHelpText('after', '\nExit code: 0 as published, 1 problems found, 2 wrong usage. Notes are no problems.')
    .action(async (name: string, _: unknown, self: Command) =>
      (await import('./verify.js')).verify(name, self.optsWithGlobals()),
    );
}

const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
