import { useEffect, useState } from 'preact/hooks';

import { followEvents, type ServerEvent } from '../api/events.js';
import { textAt } from '../api/lookup.js';
import type { Epoch, Job } from '../api/types.js';
import { useFetch } from '../api/use-fetch.js';
import { LearningCurves } from '../curves/learning-curves.js';
import { href } from '../router.js';
import { useSettings } from '../settings.js';
import { Failure, Loaded, PageHead, Progress, State } from '../ui/parts.js';
import { CancelButton } from './cancel-button.js';
import { Report } from './report.js';

/** One job as it goes: progress, curves and log, told by server-sent events. */
export function JobPage({ id }: { readonly id: string }) {
  const [over, setOver] = useState(false);
  const path = `/training/${encodeURIComponent(id)}`;
  const job = useFetch<Job>(`${path}/status`, over ? undefined : 2000);
  useEffect(() => {
    if (job.data) setOver(isOver(job.data.status));
  }, [job.data]);
  return <Loaded of={job}>{(known) => <JobBody job={known} path={path} onChange={job.reload} />}</Loaded>;
}

function JobBody(props: { readonly job: Job; readonly path: string; readonly onChange: () => void }) {
  const { job, path, onChange } = props;
  const { words, formats } = useSettings();
  const [epochs, setEpochs] = useState<readonly Epoch[]>([]);
  const [log, setLog] = useState<readonly string[]>([]);
  const [connected, setConnected] = useState(true);
  useEffect(() => {
    setEpochs([]);
    setLog([]);
    const onEvent = ({ type, data }: ServerEvent): boolean => {
      const told: unknown = JSON.parse(data);
      if (type === 'log') setLog((before) => [...before.slice(1 - mostLines), textAt(told, 'message') ?? data]);
      if (type === 'metrics') {
        const epoch = told as Epoch; // the API's contract
        setEpochs((before) =>
          [...before.filter((one) => one.epoch !== epoch.epoch), epoch].sort((a, b) => a.epoch - b.epoch),
        );
      }
      if (type === 'state' || type === 'metrics') onChange();
      return !isOver(textAt(told, 'status') ?? '');
    };
    return followEvents(`${path}/events`, onEvent, setConnected);
  }, [path, onChange]);
  const title = [job.model_name, job.dataset_name].filter(Boolean).join(' · ') || job.job_id;
  const active = !isOver(job.status);
  return (
    <>
      <PageHead title={title} back={{ href: href(['jobs']), text: words.jobs.title }}>
        <State name={job.status} />
        {active && <span class="second small">{connected ? words.jobs.live : words.jobs.reconnecting}</span>}
        {job.run_id && (
          <a class="button" href={href(['runs', job.run_id])}>
            {words.jobs.openRun}
          </a>
        )}
        {active && <CancelButton id={job.job_id} onDone={onChange} />}
      </PageHead>
      <div class="stack">
        <Progress percent={job.progress} state={job.status} label={words.jobs.progress} />
        {job.error && <Failure error={job.error} />}
        <dl class="tiles">
          <Tile
            name={words.jobs.epoch}
          >{`${formats.number(job.current_epoch)} / ${formats.number(job.total_epochs)}`}</Tile>
          <Tile name={words.jobs.trainLoss}>{formats.short(job.train_loss)}</Tile>
          <Tile name={words.jobs.valLoss}>{formats.short(job.val_loss)}</Tile>
          <Tile name={words.jobs.valScore}>{formats.short(job.val_accuracy)}</Tile>
          <Tile name={words.jobs.created}>
            <span class="small">{formats.time(job.created_at)}</span>
          </Tile>
        </dl>
        <section class="card">
          <h2>{words.jobs.curves}</h2>
          {epochs.length > 0 ? (
            <LearningCurves runs={[{ name: title, history: epochs }]} />
          ) : (
            <p class="second">{words.jobs.waiting}</p>
          )}
        </section>
        {job.status === 'completed' && <JobReport path={path} />}
        <section class="card">
          <h2>{words.jobs.log}</h2>
          {log.length > 0 ? (
            <pre class="log" tabIndex={0} aria-label={words.jobs.log} lang="en">
              {log.join('\n')}
            </pre>
          ) : (
            <p class="second">{words.jobs.noLog}</p>
          )}
        </section>
      </div>
    </>
  );
}

/** The report is made when it is first asked for, so only when a user wants it. */
function JobReport({ path }: { readonly path: string }) {
  const { words, language } = useSettings();
  const [wanted, setWanted] = useState(false);
  if (wanted) return <Report path={`${path}/report?lang=${language}`} />;
  return (
    <section class="card">
      <h2>{words.runs.report}</h2>
      <button onClick={() => setWanted(true)}>{words.jobs.openReport}</button>
    </section>
  );
}

function Tile({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const isOver = (state: string): boolean => ['completed', 'failed', 'cancelled'].includes(state);

/** Of the log; what was before is in the run's folder. */
const mostLines = 500;
