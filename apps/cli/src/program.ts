import { readFileSync } from 'node:fs';

import { Argument, Command, Option } from 'commander';

import { addDatasetCommands } from './commands/datasets.js';
import { logLevels } from './logger.js';

/** Of the package that this file is in, built or not. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The `cardio` command with all its subcommands; what a subcommand needs is loaded when it runs. */
export async function buildProgram(argv: readonly string[]): Promise<Command> {
  const program = new Command('cardio')
    .description('Train, evaluate and export deep-learning models for the electrocardiogram.')
    .version(version)
    .showHelpAfterError('(cardio --help lists the commands)')
    .exitOverride();

  const command = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .addOption(
        new Option('--log-level <level>', 'least level shown on the terminal').choices(logLevels).default('info'),
      )
      .option('--debug', 'show the stack trace of an error')
      .exitOverride();

  const train = command('train', 'Train a model on a dataset, evaluate it and keep everything in a run folder.')
    .option('--resume <run>', 'go on with a run from its last checkpoint')
    .option('--find-lr', 'try learning rates for what would be trained, and suggest one; nothing is written')
    .option('--json', 'print JSON')
    .action(async (options, self: Command) => (await import('./commands/train.js')).train(options, self));

  const pretrain = command('pretrain', 'Pre-train a model on a dataset without its labels, for train --from.')
    .option('--resume <run>', 'go on with a run from its last checkpoint')
    .option('--json', 'print JSON')
    .action(async (options, self: Command) => (await import('./commands/pretrain.js')).pretrain(options, self));

  const config = command('config', 'Print the resolved configuration and where each value came from.')
    .option('--json', 'print JSON')
    .action(async (options, self: Command) => (await import('./commands/config.js')).config(options, self));

  const runsDir = new Option('--runs-dir <folder>', 'where runs are').default('runs').env('TRAINING_RUNS_DIR');

  command('sweep', 'Try many configurations, compare them by validation score, keep all as runs.')
    .option('--config <file>', 'what is tried: JSON or YAML with experiment, search and parameters')
    .option('--resume <sweep>', 'go on with a sweep: folder or id')
    .option('--run-id <id>', 'name of the sweep (default: time, dataset and model)')
    .addOption(runsDir)
    .option('--json', 'print JSON')
    .option('--retry-failed', 'with --resume: try failed trials again')
    .option('--evaluate-best', 'when all are done, evaluate the best trial, and it alone, on the test split')
    .addOption(
      new Option('--database-url <url>', 'queue the trials for the workers of this database, and wait for them').env(
        'TRAINING_DATABASE_URL',
      ),
    )
    .action(async (options) =>
      options.databaseUrl === undefined
        ? (await import('./commands/sweep.js')).sweep(options)
        : (await import('./commands/queue-sweep.js')).queueSweep(options),
    );

  const evaluate = command(
    'evaluate',
    "Evaluate a run's checkpoint (the best, unless it was to keep the last) on its test split, or on another dataset's.",
  )
    .argument('<run>', 'folder or id of a run, or "latest"')
    .addOption(runsDir)
    .option('--compare <run>', 'another run, tested on the same rows: says whether they differ by more than chance')
    .option('--json', 'print JSON')
    .action(async (run: string, options, self: Command) =>
      (await import('./commands/evaluate.js')).evaluate(run, options, self),
    );

  command('report', "Write a run's report.html: what was trained on what, scores, figures, the worst mistakes.")
    .argument('<run>', 'folder or id of a run, or "latest"')
    .addOption(runsDir)
    .addOption(new Option('--lang <language>', 'language of the report').choices(['en', 'pt-BR']).default('en'))
    .option('--json', 'print JSON')
    .option('--mistakes <number>', 'how many mistakes are shown', '10')
    .action(async (run: string, options) => (await import('./commands/report.js')).report(run, options));

  const runs = command('runs', 'List the runs, show one, or compare several.');
  const runsCommand = (name: string, description: string): Command =>
    runs.command(name).description(description).addOption(runsDir).option('--json', 'print JSON').exitOverride();
  runsCommand('list', 'The runs of a folder with their scores, the latest first.').action(async (options) =>
    (await import('./commands/runs.js')).list(options),
  );
  runsCommand('show', 'What a run was made of, how it went, and its files.')
    .argument('<run>', 'folder or id of a run, or "latest"')
    .action(async (run: string, options) => (await import('./commands/runs.js')).show(run, options));
  runsCommand('compare', 'The scores of runs and the fields in which they differ, side by side.')
    .argument('<runs...>', 'folders or ids of two runs or more')
    .action(async (names: string[], options) => (await import('./commands/runs.js')).compare(names, options));

  command('predict', 'Predict one record with a trained run, or with an exported bundle alone.')
    .argument('[run]', 'folder or id of a run, or "latest"; left out with --bundle')
    .argument('[record]', 'path of a WFDB record without extension, or of a file that the dataset reads')
    .option('--bundle <folder>', 'an exported bundle: `predict --bundle <folder> <record>` needs no run and no dataset')
    .addOption(runsDir)
    .addOption(
      new Option('--using <file>', 'exported model or checkpoint (default: the export, if there is one)').choices([
        'onnx',
        'checkpoint',
      ]),
    )
    .option('--json', 'print JSON, every window')
    .action(async (run: string | undefined, record: string | undefined, options) =>
      (await import('./commands/predict.js')).predict([run, record], options),
    );

  command('export', "Export a run's checkpoint and check the file against the model.")
    .argument('<run>', 'folder or id of a run, or "latest"')
    .addOption(runsDir)
    .addOption(
      new Option('--format <format>', 'file format; all but onnx are float32, and of the options take --records alone')
        .choices(['onnx', 'safetensors', 'torch', 'tfjs-layers', 'tfjs-graph'])
        .default('onnx'),
    )
    .addOption(
      new Option('--precision <precision>', 'what the file computes in')
        .choices(['float32', 'float16', 'int8'])
        .default('float32'),
    )
    .option(
      '--calibrate <windows>',
      'with int8: fix the ranges of activations by so many windows of the validation split',
    )
    .option('--with-preprocessing', 'put the preparation into the file: it takes records in millivolts, without gaps')
    .option('--rate <hz>', 'with preprocessing: rate of those records (default: what the run expects)')
    .option('--seconds <seconds>', 'with preprocessing: length of those records (default: 10)')
    .addOption(
      new Option('--layout <axes>', 'with preprocessing: axes after the batch (default: samples-leads)').choices([
        'samples-leads',
        'leads-samples',
      ]),
    )
    .option(
      '--raw <records...>',
      'WFDB records to check on, in place of the test split or, with preprocessing, of synthetic ones',
    )
    .addOption(new Option('--profile <profile>', 'the form that a certain consumer loads').choices(['cardioai-pro']))
    .option('--records <number>', 'windows of the test split to check the file on (default: 32, for int8 500; 0: none)')
    .addOption(
      new Option(
        '--check <where...>',
        'where the bundle must answer as the model besides Node: browser, python, or all that is there',
      ).choices(['browser', 'python', 'all']),
    )
    .option('--json', 'print JSON')
    .option('--keep-normalisation', 'leave batch normalisation apart, so that every weight of the model is in the file')
    .action(async (run: string, options) => (await import('./commands/export.js')).exportCommand(run, options));

  command('serve', 'Start the service: REST API, queue, a worker and the dashboard.')
    .option(
      '--host <address>',
      'where it listens (default: TRAINING_HOST, or 127.0.0.1; others need TRAINING_API_TOKEN)',
    )
    .option('--port <number>', 'TRAINING_PORT, or 8001')
    .option('--database-url <url>', 'PostgreSQL shared with workers (default: TRAINING_DATABASE_URL, or one embedded)')
    .option('--runs-dir <folder>', 'TRAINING_RUNS_DIR, or runs')
    .option('--data-dir <folder>', 'folder of the datasets (default: TRAINING_DATASETS_DIR, or datasets)')
    .option(
      '--artifacts <address>',
      's3://bucket/prefix, where workers share no runs folder (default: TRAINING_ARTIFACTS)',
    )
    .option(
      '--concurrency <number>',
      'jobs at once; 0: workers are elsewhere (default: TRAINING_MAX_CONCURRENT_JOBS, or 1)',
    )
    .option('--allow-dir <folders...>', 'folders besides runs and datasets that requests may name files in')
    .option('--allow-origin <origins...>', 'other pages that may call (default: TRAINING_ALLOW_ORIGIN)')
    .action(async (options) => (await import('./commands/serve.js')).serveCommand(options));

  command('worker', 'Take training jobs of a shared queue and run them on this machine, until stopped.')
    .addOption(
      new Option('--database-url <url>', 'PostgreSQL that the service uses: postgres://…').env('TRAINING_DATABASE_URL'),
    )
    .addOption(runsDir)
    .addOption(
      new Option('--artifacts <address>', 's3://bucket/prefix, where the workers share no runs folder').env(
        'TRAINING_ARTIFACTS',
      ),
    )
    .option('--concurrency <number>', 'jobs at once (default: TRAINING_MAX_CONCURRENT_JOBS, or 1)')
    .option('--name <name>', 'unique name of the worker (default: machine and process)')
    .action(async (options) => (await import('./commands/worker.js')).worker(options));

  const models = command('models', 'List the models, or the options of one.')
    .argument('[name]', 'a model')
    .option('--json', 'print JSON Schemas')
    .action(async (name: string | undefined, options) =>
      (await import('./commands/list.js')).listModels(name, options),
    );
  addListCommand(models, async (options) => (await import('./commands/list.js')).listModels(undefined, options));

  const datasets = command('datasets', 'List the datasets, or the options of one.')
    .argument('[name]', 'a dataset')
    .option('--json', 'print JSON Schemas')
    .action(async (name: string | undefined, options) =>
      (await import('./commands/list.js')).listDatasets(name, options),
    );
  addListCommand(datasets, async (options) => (await import('./commands/list.js')).listDatasets(undefined, options));
  addDatasetCommands(datasets);

  const engine = command('engine', 'List the tensor engines, and which one `auto` takes.')
    .option('--json', 'print JSON')
    .action(async (options) => (await import('./commands/engine.js')).listEngines(options));
  engine
    .command('install')
    .description('Make the native engine ready: find or fetch LibTorch and compile the addon.')
    .addOption(
      new Option('--device <device>', 'cuda: a LibTorch for GPUs (fetches 3 GB where there is none)').choices(['cuda']),
    )
    .option('--force', 'look for LibTorch and compile even if it is ready')
    .option('--json', 'print JSON')
    .option('--try', 'only where it is quick to do; never fails')
    .exitOverride()
    .action(async (_, self: Command) => (await import('./commands/engine.js')).install(self.optsWithGlobals()));

  command('doctor', 'Look at machine, engines, folders, data and network: what is wrong, and what mends it.')
    .option('--json', 'print JSON')
    .option('--offline', 'leave the network alone')
    .option('--data-dir <folder>', 'where datasets are', 'datasets')
    .addOption(runsDir)
    .action(async (options) => (await import('./commands/doctor.js')).doctor(options, version));

  command('quickstart', 'The whole path on a small synthetic set: data, training, evaluation, export, prediction.')
    .option('--records <number>', 'records of the synthetic set', '400')
    .option('--json', 'print JSON')
    .option('--epochs <number>', 'epochs', '6')
    .addOption(runsDir)
    .action(async (options) => (await import('./commands/quickstart.js')).quickstart(options));

  command('completion', 'Print a script that completes commands, options and their values in your shell.')
    .addArgument(new Argument('<shell>', 'which one').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') =>
      (await import('./commands/completion.js')).completion(shell, program),
    );

  const all = { train, pretrain, config, evaluate };
  const configured = argv[0] === 'completion' ? Object.values(all) : [all[argv[0] as keyof typeof all] ?? []].flat();
  if (configured.length > 0) {
    const { addExperimentOptions, pluginsNamedIn } = await import('./experiment-options.js');
    await pluginsNamedIn(argv);
    configured.forEach(addExperimentOptions);
  }
  return program;
}

/** `models list` and `datasets list`: the same as without a name, for those who expect the word, as in `runs list`. */
function addListCommand(parent: Command, action: (options: { json?: boolean }) => Promise<void>): void {
  parent
    .command('list')
    .description('The same as without a name.')
    .option('--json', 'print JSON Schemas')
    .exitOverride()
    .action((_, self: Command) => action(self.optsWithGlobals()));
}
