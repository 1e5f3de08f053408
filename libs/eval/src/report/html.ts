import { escaped } from '../figures/xml.js';

/** Markup: what is in it was escaped, or is a figure of our own. */
export interface Html {
  readonly html: string;
}

/** What can stand in a template: texts are escaped, lists are joined, what is absent is nothing. */
type Value = string | number | Html | null | undefined | false | readonly Value[];

/** A template whose values are escaped unless they are markup themselves, so that no text of a dataset can become markup. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { html: strings.map((part, i) => part + (i < values.length ? rendered(values[i]) : '')).join('') };
}

/**
 * An SVG of `@cardio/eval/figures` as markup; its inline styles go, because the page's own rules lay it out. Sizes in mm stay as they are.
 */
export const figure = (svg: string): Html => ({ html: svg.replace(/ style="[^"]*"/g, '') });

function rendered(value: Value): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return String(value).split('\n').map(escaped).join('\n');
  return 'html' in value ? value.html : value.map(rendered).join('');
}

/** A column of {@link table}. */
interface Column<Row> {
  readonly head: string;
  /** Numbers stand to the right. */
  readonly number?: boolean;
  readonly cell: (row: Row) => Value;
}

/** A table with caption and scopes, in a box that scrolls sideways on a narrow screen; the first column heads its row. */
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): Html {
  const css = ({ number = false }: Column<Row>): Html | false => number && html` class="number"`;
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" ${css(column)}>${column.head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map((column, i) =>
                i === 0
                  ? html`<th scope="row" ${css(column)}>${column.cell(row)}</th>`
                  : html`<td${css(column)}>${column.cell(row)}</td>`,
              )}
            </tr> `,
        )}
      </tbody>
    </table>
  </div> `;
}

/** Names and values below each other. */
export const facts = (rows: readonly (readonly [name: string, value: Value])[]): Html =>
  html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div> `,
    )}
  </dl> `;
