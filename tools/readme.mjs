// Runs the code blocks of every README and guide as a reader would, and fails when one does: `node tools/readme.mjs [file…]`.
//
// Each document has a folder of its own, in which its blocks run in order: `sh` by bash, `ts` as a module. A block without a language
// is output. A comment before a block may say more, `<!-- example: NOTE; NOTE -->`:
//   continues           (ts) runs after the ones before, in the same module
//   with FLAGS          (sh) appended to each `cardio train` and `cardio pretrain`, so that CI takes seconds where readers take hours
//   file NAME           the block is written to NAME, which a later block uses
//   server              (sh) runs in the background, until the document ends; goes on when localhost:8001/ready answers
//   needs PATH          left out where PATH is absent
//   elsewhere, WHERE    another step of CI runs it
//   not run, REASON     what can't run in CI
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { root, run } from './install.mjs';

/** The Markdown files that users read. */
function documents() {
  const markdown = (folder) =>
    existsSync(join(root, folder)) ? readdirSync(join(root, folder)).filter((name) => /^(?!CHANGELOG).*\.md$/.test(name)).map((name) => join(folder, name)) : []; // prettier-ignore
  const projects = ['libs', 'apps'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name)),
  );
  const folders = ['docs', ...projects.flatMap((folder) => [folder, join(folder, 'docs')]), 'bench', 'deploy', 'tools', 'tools/packages', 'tools/generators']; // prettier-ignore
  return ['README.md', 'README.pt-BR.md', ...folders.flatMap(markdown)];
}

/** The blocks of a document with what the comment before each says. */
function blocksOf(document) {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^(?:<!-- example: (.*?) -->\s*)?^```(\w*)\n(.*?)^```$/gms)].map(([, note = '', language, code]) => ({
    notes: note.split('; ').filter((part) => part !== ''),
    language,
    code,
  })); // prettier-ignore
}

/** One module of the examples that continue one another: what they import stands once, at the top. */
function moduleOf(parts) {
  const imports = new Map();
  const bodies = parts.map((code) =>
    code.replace(/^import \{([^}]*)\} from '([^']+)';\n/gm, (_, names, from) => {
      const known = imports.get(from) ?? imports.set(from, new Set()).get(from);
      for (const name of names.split(',').map((part) => part.trim())) if (name) known.add(name);
      return '';
    }),
  );
  const lines = [...imports].map(([from, names]) => `import { ${[...names].join(', ')} } from '${from}';`);
  return [...lines, ...bodies].join('\n');
}

/** `npx cardio` and `npm run quickstart` as they are, without npm's own start-up for each. */
const preamble = `set -eo pipefail
npx() { if [ "$1" = cardio ]; then shift; node '${join(root, 'apps/cli/bin/cardio.js')}' "$@"; else command npx "$@"; fi; }
npm() { if [ "$*" = 'run quickstart' ]; then npx cardio quickstart; else command npm "$@"; fi; }
`;

/** Appends flags to the commands that train. */
const withFlags = (code, flags) =>
  code
    .replaceAll(/\\\n\s*/g, '')
    .replaceAll(/^(.*\bcardio (?:train|pretrain)\b.*?)(\s+#\s.*)?$/gm, (_, command, comment = '') => `${command} ${flags}${comment}`); // prettier-ignore

/** The folder in which the blocks of a document run, beside the data that they name. */
function folderOf(document) {
  const folder = join(root, '.cardio', 'examples', document.replaceAll(/\W+/g, '-'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const mitdb = join(root, '../shared/data/mitdb/mit-bih-arrhythmia-database-1.0.0');
  const quickstart = join(root, 'datasets/quickstart-400');
  const links = {
    ...{ libs: join(root, 'libs'), configs: join(root, 'configs'), mitdb, 'datasets/mitbih': mitdb },
    ...{ 'datasets/quickstart-400': quickstart, 'datasets/ptbxl': quickstart },
  };
  for (const [name, target] of Object.entries(links)) {
    if (!existsSync(target)) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    symlinkSync(target, join(folder, name));
  }
  return folder;
}

/** Starts what serves, and waits until it is ready. */
async function startServer(script, cwd) {
  const ready = () => fetch('http://localhost:8001/ready').then(({ ok }) => ok, () => false); // prettier-ignore
  if (await ready()) throw new Error('something answers on port 8001 already');
  const server = spawn('bash', ['-c', script], { cwd, detached: true, stdio: ['ignore', 'ignore', 'inherit'] });
  for (let i = 0; i < 120 && server.exitCode === null; i++) {
    if (await ready()) return server;
    await sleep(500);
  }
  throw new Error('it was not ready after a minute');
}

/** Ends a server and what it started, and waits for it. */
async function stop(server) {
  if (server.exitCode !== null) return;
  const gone = new Promise((resolve) => server.once('exit', resolve));
  process.kill(-server.pid, 'SIGTERM');
  await gone;
}

const counts = { ran: 0, failed: 0 };
const left = [];

async function runDocument(document) {
  const folder = folderOf(document);
  const servers = [];
  let before = [];
  for (const [i, { notes, language, code }] of blocksOf(document).entries()) {
    const title = `${document}, block ${i + 1}`;
    const noted = (word) =>
      notes
        .find((note) => note.startsWith(word))
        ?.slice(word.length)
        .trim();
    const [file, flags, needs] = [noted('file '), noted('with '), noted('needs ')];
    const elsewhere = /^npm install @cardio\//.test(code)
      ? 'tools/packages/check.mjs installs them'
      : noted('elsewhere, ');
    const reason = elsewhere ?? noted('not run, ') ?? (needs && !existsSync(join(folder, needs)) ? `${needs} is absent` : undefined); // prettier-ignore
    if (reason !== undefined) {
      left.push(`${title}: ${reason}`);
      continue;
    }
    if (language === '' && !/^(\$ |(npx|npm|node|cardio|curl|docker|python3?) )/.test(code)) continue;
    if (file !== undefined) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), code);
      continue;
    }
    const started = Date.now();
    let failure;
    if (language === 'sh') {
      const script = preamble + (flags === undefined ? code : withFlags(code, flags));
      const { status } = notes.includes('server')
        ? await startServer(script, folder).then((server) => ({ status: servers.push(server) && 0 }), (error) => ({ status: error.message })) // prettier-ignore
        : run('bash', ['-c', script], { cwd: folder });
      if (status !== 0) failure = `it ended with ${status}`;
    } else if (language === 'ts') {
      before = notes.includes('continues') ? [...before, code] : [code];
      const path = join(folder, `block-${i + 1}.mts`);
      writeFileSync(path, moduleOf(before));
      const { status } = run(process.execPath, ['--conditions=@cardio/source', '--import', 'tsx', path], {
        cwd: folder,
      });
      if (status !== 0) failure = `it ended with ${status}`;
    } else failure = 'it says neither how it runs nor why not';
    counts[failure === undefined ? 'ran' : 'failed']++;
    console.log(
      `\n=== ${title}: ${failure === undefined ? 'ok' : `FAILED, ${failure}`} (${((Date.now() - started) / 1000).toFixed(1)} s)`,
    );
  }
  for (const server of servers) await stop(server);
}

for (const document of process.argv.length > 2 ? process.argv.slice(2) : documents()) await runDocument(document);
if (left.length > 0) console.log(`Not run here:\n${left.map((line) => `  ${line}`).join('\n')}`);
console.log(`${counts.ran} blocks ran, ${counts.failed} failed, ${left.length} not run here`);
process.exit(counts.failed === 0 && counts.ran > 0 ? 0 : 1);
