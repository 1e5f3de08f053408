import { useState } from 'preact/hooks';

import { useFetch } from '../api/use-fetch.js';
import { href } from '../router.js';
import { useSettings } from '../settings.js';
import { Loaded } from '../ui/parts.js';

const perPage = 60;

/** The WFDB records of a dataset that lie with the service, each a way into the viewer. */
export function DatasetRecords({ name }: { readonly name: string }) {
  const { words } = useSettings();
  const [offset, setOffset] = useState(0);
  const records = useFetch<{ readonly records: readonly string[]; readonly more: boolean }>(
    `/datasets/${encodeURIComponent(name)}/records?limit=${perPage}&offset=${offset}`,
  );
  return (
    <section class="card">
      <h2>{words.datasets.records}</h2>
      <Loaded of={records}>
        {({ records: list, more }) => (
          <div class="stack">
            {list.length === 0 ? (
              <p class="second">{words.datasets.noRecords}</p>
            ) : (
              <ul class="chips">
                {list.map((record) => (
                  <li key={record}>
                    <a href={href(['ecg'], { dataset: name, record })}>{record}</a>
                  </li>
                ))}
              </ul>
            )}
            {(more || offset > 0) && (
              <div class="row">
                <button disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - perPage))}>
                  {words.common.previous}
                </button>
                <button disabled={!more} onClick={() => setOffset(offset + perPage)}>
                  {words.common.next}
                </button>
              </div>
            )}
          </div>
        )}
      </Loaded>
    </section>
  );
}
