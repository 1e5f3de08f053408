import { html, type Html } from './html.js';
import { languageOf, type ReportLanguage } from './language.js';
import type { ReportData } from './report-data.js';
import { dataSection, verdict } from './sections/overview.js';
import { figuresSection, mistakesSection, scoresSection } from './sections/results.js';
import {
  calibrationSection,
  cardSection,
  reproduceSection,
  subgroupsSection,
  thresholdsSection,
} from './sections/trust.js';
import { style } from './style.js';

/** Nothing may be loaded and nothing may run; rules stand in the page. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * The report of a run as one HTML file that needs nothing else: no network, no script. Every text is escaped; numbers are written as the
 * language has them. It can be read on a phone and printed.
 *
 * @example writeFileSync('report.html', reportHtml(data, { lang: 'pt-BR' }))
 */
export function reportHtml(data: ReportData, { lang = 'en' }: { readonly lang?: ReportLanguage } = {}): string {
  const language = languageOf(lang);
  const { words } = language;
  const title = words.title(data.model.name, data.dataset.title);
  const w = words;
  const sections: readonly (readonly [id: string, heading: string, content: Html | null])[] = [
    ['data', w.data.heading, dataSection(data, language)],
    ['scores', w.scores.heading, scoresSection(data, language)],
    ['figures', w.figures.heading, figuresSection(data, language)],
    ['mistakes', w.mistakes.heading, mistakesSection(data, language)],
    ['subgroups', w.subgroups.heading, subgroupsSection(data, language)],
    ['calibration', w.calibration.heading, calibrationSection(data, language)],
    ['thresholds', w.thresholds.heading, thresholdsSection(data, language)],
    ['card', w.card.heading, cardSection(data, language)],
    ['reproduce', w.reproduce.heading, reproduceSection(data, language)],
  ];
  const shown = sections.filter(([, , content]) => content !== null);
  return html`<!doctype html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <style>
          ${{ html: style }}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="second">${words.description}. ${words.generated(data.run.id, language.time(data.run.created))}</p>
        </header>
        <main>
          ${verdict(data, language)}
          <nav aria-label="${words.contents}">
            <ul>
              ${shown.map(([id, heading]) => html`<li><a href="#${id}">${heading}</a></li>`)}
            </ul>
          </nav>
          ${shown.map(([, , content]) => content)}
        </main>
      </body>
    </html> `.html;
}
