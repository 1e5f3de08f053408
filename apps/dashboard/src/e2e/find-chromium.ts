import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Chromium is: `CARDIO_CHROMIUM`, or the first of its usual names on the PATH; `undefined` where there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env['CARDIO_CHROMIUM'] ?? '', ...found].find((path) => path !== '' && existsSync(path));
}
