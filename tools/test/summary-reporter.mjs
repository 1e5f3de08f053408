import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A Jest reporter that leaves the counts of a project in `test-output/summary.json`, for `tools/test.mjs` to add up. */
export default class SummaryReporter {
  constructor(config) {
    this.folder = join(config.rootDir, 'test-output');
  }

  onRunComplete(_, results) {
    mkdirSync(this.folder, { recursive: true });
    const broken = results.testResults.filter((file) => file.testExecError).length;
    const summary = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + broken,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    writeFileSync(join(this.folder, 'summary.json'), `${JSON.stringify(summary)}\n`);
  }
}
