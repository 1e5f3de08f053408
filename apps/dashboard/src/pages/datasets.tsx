import type { Named } from '../api/types.js';
import { useFetch } from '../api/use-fetch.js';
import { href } from '../router.js';
import { useSettings } from '../settings.js';
import { Loaded, PageHead } from '../ui/parts.js';

/** The datasets that the service knows. */
export function DatasetsPage() {
  const { words } = useSettings();
  const datasets = useFetch<{ readonly datasets: readonly Named[] }>('/datasets');
  return (
    <>
      <PageHead title={words.datasets.title} />
      <Loaded of={datasets}>
        {({ datasets: list }) => (
          <div class="columns">
            {list.map(({ name, description, present }) => (
              <a key={name} class="card tile" href={href(['datasets', name])}>
                <h2>
                  {name} {present === false && <span class="state">{words.datasets.absent}</span>}
                </h2>
                <p class="second" lang="en">
                  {description}
                </p>
              </a>
            ))}
          </div>
        )}
      </Loaded>
    </>
  );
}
