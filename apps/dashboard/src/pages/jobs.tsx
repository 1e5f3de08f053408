import { useEffect, useState } from 'preact/hooks';

import type { Job } from '../api/types.js';
import { useFetch } from '../api/use-fetch.js';
import { href } from '../router.js';
import { useSettings } from '../settings.js';
import { Empty, Loaded, PageHead, Progress, State } from '../ui/parts.js';
import { CancelButton } from './cancel-button.js';

/** All jobs, the latest first, with their progress. */
export function JobsPage() {
  const { words } = useSettings();
  const jobs = useFetch<{ readonly jobs: readonly Job[] }>('/training/jobs', 2000);
  return (
    <>
      <PageHead title={words.jobs.title}>
        <a class="button main" href={href(['jobs', 'new'])}>
          {words.jobs.start}
        </a>
      </PageHead>
      <Loaded of={jobs}>
        {({ jobs: list }) =>
          list.length === 0 ? (
            <Empty title={words.jobs.none} hint={words.jobs.noneHint} />
          ) : (
            <ul class="jobs">
              {list.map((job) => (
                <JobCard key={job.job_id} job={job} onCancelled={jobs.reload} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}

function JobCard({ job, onCancelled }: { readonly job: Job; readonly onCancelled: () => void }) {
  const { words, formats } = useSettings();
  const now = useNow();
  const active = job.status === 'queued' || job.status === 'running';
  const title = [job.model_name, job.dataset_name].filter(Boolean).join(' · ') || job.job_id;
  return (
    <li class="card job">
      <div class="job-name">
        <a href={href(['jobs', job.job_id])}>{title}</a>
        <span class="second small">
          {job.run_id ?? job.job_id} · {formats.ago(job.created_at, now)}
        </span>
      </div>
      <State name={job.status} />
      <div class="job-progress">
        <Progress percent={job.progress} state={job.status} label={words.jobs.progress} />
        <span class="second small">
          {words.jobs.epochOf(formats.number(job.current_epoch), formats.number(job.total_epochs))}
        </span>
      </div>
      <dl class="job-scores">
        <div>
          <dt>{words.jobs.trainLoss}</dt>
          <dd>{formats.short(job.train_loss)}</dd>
        </div>
        <div>
          <dt>{words.jobs.valLoss}</dt>
          <dd>{formats.short(job.val_loss)}</dd>
        </div>
        <div>
          <dt>{words.jobs.valScore}</dt>
          <dd>{formats.short(job.val_accuracy)}</dd>
        </div>
      </dl>
      <div class="job-actions">{active && <CancelButton id={job.job_id} onDone={onCancelled} />}</div>
    </li>
  );
}

/** The time, anew every 15 s. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
