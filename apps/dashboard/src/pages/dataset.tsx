import { listAt, textAt } from '../api/lookup.js';
import type { Described } from '../api/types.js';
import { useFetch } from '../api/use-fetch.js';
import { formFields } from '../form/schema.js';
import { href } from '../router.js';
import { useSettings } from '../settings.js';
import { DatasetRecords } from './dataset-records.js';
import { Facts, Loaded, PageHead } from '../ui/parts.js';

/** One dataset: its card, labels, licence and options. */
export function DatasetPage({ name }: { readonly name: string }) {
  const dataset = useFetch<Described>(`/datasets/${encodeURIComponent(name)}`);
  return <Loaded of={dataset}>{(known) => <DatasetBody dataset={known} />}</Loaded>;
}

function DatasetBody({ dataset }: { readonly dataset: Described }) {
  const { words } = useSettings();
  const { card } = dataset;
  const url = textAt(card, 'url');
  const labels = [...listAt(dataset, 'labels'), ...listAt(dataset, 'classes')];
  return (
    <>
      <PageHead
        title={textAt(card, 'title') ?? dataset.name}
        back={{ href: href(['datasets']), text: words.datasets.title }}
      >
        <a class="button" href={href(['ecg'])}>
          {words.datasets.view}
        </a>
        <a class="button main" href={href(['jobs', 'new'], { dataset: dataset.name })}>
          {words.datasets.train}
        </a>
      </PageHead>
      <div class="stack">
        <section class="card">
          <p lang="en">{dataset.description}</p>
          <Facts
            of={[
              [words.datasets.version, textAt(card, 'version')],
              [words.datasets.licence, textAt(card, 'licence')],
              [words.datasets.citation, textAt(card, 'citation')],
              [
                words.datasets.source,
                url && /^https?:/.test(url) ? (
                  <a href={url} rel="noreferrer" target="_blank">
                    {url}
                  </a>
                ) : undefined,
              ],
            ]}
          />
        </section>
        {labels.length > 0 && (
          <section class="card">
            <h2>{words.datasets.labels}</h2>
            <ul class="chips">
              {labels.map((label) => {
                const text = typeof label === 'string' ? label : (textAt(label, 'name') ?? JSON.stringify(label));
                return <li key={text}>{text}</li>;
              })}
            </ul>
          </section>
        )}
        {dataset.name !== 'synthetic' && <DatasetRecords name={dataset.name} />}
        <section class="card scroll">
          <table>
            <caption>{words.datasets.options}</caption>
            <thead>
              <tr>
                <th scope="col">{words.datasets.option}</th>
                <th scope="col">{words.datasets.default}</th>
                <th scope="col">{words.datasets.meaning}</th>
              </tr>
            </thead>
            <tbody>
              {formFields(dataset.config_schema, '').map((field) => (
                <tr key={field.path}>
                  <th scope="row">
                    <code>{field.path}</code>
                  </th>
                  <td>{field.default === undefined ? words.common.none : shown(field.default)}</td>
                  <td class="wide second" lang="en">
                    {field.description}
                    {field.options.length > 0 && <div class="small">{field.options.join(' · ')}</div>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </div>
    </>
  );
}

const shown = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).join(', ') : typeof value === 'string' ? value : JSON.stringify(value);
