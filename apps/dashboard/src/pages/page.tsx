import { href, type Route } from '../router.js';
import { useSettings } from '../settings.js';
import { lazily } from '../ui/lazy.js';
import { Empty } from '../ui/parts.js';
import { DatasetPage } from './dataset.js';
import { DatasetsPage } from './datasets.js';
import { JobPage } from './job.js';
import { JobsPage } from './jobs.js';
import { RunPage } from './run.js';
import { RunsPage } from './runs.js';
import { StartPage } from './start.js';
import { SystemPage } from './system.js';
import { ComparePage } from './compare.js';

/** Pages of the navigation, in its order. */
export const pageNames = ['jobs', 'runs', 'datasets', 'ecg', 'system'] as const;

const EcgPage = lazily(async () => (await import('./ecg.js')).EcgPage);

/** The page that an address means. */
export function Page({ route: { parts, query } }: { readonly route: Route }) {
  const { words } = useSettings();
  const [page = 'jobs', name] = parts;
  switch (page) {
    case 'jobs':
      if (name === undefined) return <JobsPage />;
      return name === 'new' ? <StartPage query={query} /> : <JobPage key={name} id={name} />;
    case 'runs':
      if (name === undefined) return <RunsPage />;
      return name === 'compare' ? <ComparePage ids={query.getAll('run')} /> : <RunPage key={name} id={name} />;
    case 'datasets':
      return name === undefined ? <DatasetsPage /> : <DatasetPage key={name} name={name} />;
    case 'ecg':
      return (
        <EcgPage
          key={query.toString()}
          run={query.get('run')}
          dataset={query.get('dataset')}
          wanted={query.get('record')}
        />
      );
    case 'system':
      return <SystemPage />;
    default:
      return (
        <Empty title={words.errors.notFound}>
          <a href={href([])}>{words.nav.jobs}</a>
        </Empty>
      );
  }
}
