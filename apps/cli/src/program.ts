import { readFileSync } from 'node:fs';

import { Command, Option } from 'commander';

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
    .action(async (options, self: Command) => (await import('./commands/train.js')).train(options, self));

  const pretrain = command('pretrain', 'Pre-train a model on a dataset without its labels, for train --from.')
    .option('--resume <run>', 'go on with a run from its last checkpoint')
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
    .option('--retry-failed', 'with --resume: try failed trials again')
    .option('--evaluate-best', 'when all are done, evaluate the best trial, and it alone, on the test split')
    .action(async (options) => (await import('./commands/sweep.js')).sweep(options));

  command('evaluate', "Evaluate a run's checkpoint (the best, unless it was to keep the last) on its test split.")
    .argument('<run>', 'folder or id of a run, or "latest"')
    .addOption(runsDir)
    .option('--json', 'print JSON')
    .action(async (run: string, options) => (await import('./commands/evaluate.js')).evaluate(run, options));

  command('predict', 'Predict one record with a trained run.')
    .argument('<run>', 'folder or id of a run, or "latest"')
    .argument('<record>', 'path of a WFDB record without extension, or of a file that the dataset reads')
    .addOption(runsDir)
    .addOption(
      new Option('--using <file>', 'exported model or checkpoint (default: the export, if there is one)').choices([
        'onnx',
        'checkpoint',
      ]),
    )
    .option('--json', 'print JSON, every window')
    .action(async (run: string, record: string, options) =>
      (await import('./commands/predict.js')).predict(run, record, options),
    );

  command('export', "Export a run's checkpoint and check the file against the model.")
    .argument('<run>', 'folder or id of a run, or "latest"')
    .addOption(runsDir)
    .addOption(new Option('--format <format>', 'file format').choices(['onnx']).default('onnx'))
    .action(async (run: string, options) => (await import('./commands/export.js')).exportCommand(run, options));

  command('models', 'List the models, or the options of one.')
    .argument('[name]', 'a model')
    .option('--json', 'print JSON Schemas')
    .action(async (name: string | undefined, options) =>
      (await import('./commands/list.js')).listModels(name, options),
    );

  const datasets = command('datasets', 'List the datasets, or the options of one.')
    .argument('[name]', 'a dataset')
    .option('--json', 'print JSON Schemas')
    .action(async (name: string | undefined, options) =>
      (await import('./commands/list.js')).listDatasets(name, options),
    );
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
    .option('--try', 'only where it is quick to do; never fails')
    .exitOverride()
    .action(async (options) => (await import('./commands/engine.js')).install(options));

  command('quickstart', 'The whole path on a small synthetic set: data, training, evaluation, export, prediction.')
    .option('--records <number>', 'records of the synthetic set', '400')
    .option('--epochs <number>', 'epochs', '6')
    .addOption(runsDir)
    .action(async (options) => (await import('./commands/quickstart.js')).quickstart(options));

  const configured = { train, pretrain, config }[argv[0]];
  if (configured) {
    const { addExperimentOptions, pluginsNamedIn } = await import('./experiment-options.js');
    await pluginsNamedIn(argv);
    addExperimentOptions(configured);
  }
  return program;
}
