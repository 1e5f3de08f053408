import { useEffect, useMemo, useRef, useState } from 'preact/hooks';

import { ApiError, request } from '../api/client.js';
import type { Job, Named } from '../api/types.js';
import { useFetch } from '../api/use-fetch.js';
import { FieldGroup } from '../form/field-group.js';
import { formFields, nested, type JsonSchema } from '../form/schema.js';
import { href } from '../router.js';
import { useSettings } from '../settings.js';
import { Failure, Loaded, PageHead } from '../ui/parts.js';

/** Fields that are shown at once; all others of their group are under "more". */
const upFront = {
  model: ['preset'],
  dataset: ['task', 'records', 'seconds', 'fold'],
  training: ['epochs', 'batch_size', 'learning_rate', 'patience', 'optimizer', 'schedule'],
} as const;

/** What the form sets by itself, or the service. */
const ownFields = new Set(['model_name', 'dataset_name', 'config', 'num_classes', 'input_channels']);

/** The form that starts a job, made of the schema of trainings with the chosen model and dataset. */
export function StartPage({ query }: { readonly query: URLSearchParams }) {
  const { words } = useSettings();
  const models = useFetch<{ readonly models: readonly Named[] }>('/models');
  const datasets = useFetch<{ readonly datasets: readonly Named[] }>('/datasets');
  return (
    <>
      <PageHead title={words.start.title} back={{ href: href(['jobs']), text: words.jobs.title }} />
      <Loaded of={models}>
        {({ models: allModels }) => (
          <Loaded of={datasets}>
            {({ datasets: allDatasets }) => (
              <StartForm
                models={allModels}
                datasets={allDatasets}
                wanted={{ model: query.get('model'), dataset: query.get('dataset') }}
              />
            )}
          </Loaded>
        )}
      </Loaded>
    </>
  );
}

function StartForm(props: {
  readonly models: readonly Named[];
  readonly datasets: readonly Named[];
  readonly wanted: { readonly model: string | null; readonly dataset: string | null };
}) {
  const { words } = useSettings();
  const { models, datasets, wanted } = props;
  const [model, setModel] = useState(wanted.model ?? models[0]?.name ?? '');
  const [dataset, setDataset] = useState(
    wanted.dataset ?? (datasets.find(({ present }) => present) ?? datasets[0])?.name ?? '',
  );
  const [entered, setEntered] = useState<Readonly<Record<string, string>>>({});
  const [key, setKey] = useState(() => newKey());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const schema = useFetch<JsonSchema>(
    `/training/schema?${new URLSearchParams({ model_name: model, dataset_name: dataset })}`,
  );
  const fields = useMemo(() => formFields(schema.data, '').filter(({ path }) => !ownFields.has(path)), [schema.data]);
  const wrong = wrongFields(error);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error !== undefined) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);
  const state = {
    entered,
    wrong,
    onChange: (path: string, value: string) => setEntered((old) => ({ ...old, [path]: value })),
  };
  const group = (name: string) => fields.filter((field) => field.group === name);
  const grouped: readonly string[] = Object.keys(upFront);
  const unplaced = [...wrong].filter(([path]) => !fields.some((field) => field.path === path));
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const body = { model_name: model, dataset_name: dataset, ...nested(fields, entered) };
      const response = await request('/training/start', { method: 'POST', body, headers: { 'idempotency-key': key } });
      const job = (await response.json()) as Job; // the API's contract
      location.hash = href(['jobs', job.job_id]);
    } catch (problem) {
      setError(problem);
      setBusy(false);
      if (problem instanceof ApiError && problem.problem.status > 0) setKey(newKey()); // refused: what comes next is another request
    }
  };
  return (
    <form
      ref={form}
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div class="columns">
        <section class="card stack">
          <Choice id="choose-model" label={words.start.model} value={model} options={models} onChange={setModel} />
          <FieldGroup fields={group('model')} first={upFront.model} more={words.start.modelMore} state={state} />
        </section>
        <section class="card stack">
          <Choice
            id="choose-dataset"
            label={words.start.dataset}
            value={dataset}
            options={datasets}
            onChange={setDataset}
          />
          <FieldGroup fields={group('dataset')} first={upFront.dataset} more={words.start.datasetMore} state={state} />
        </section>
      </div>
      <section class="card">
        <h2>{words.start.training}</h2>
        <FieldGroup fields={group('training')} first={upFront.training} more={words.start.trainingMore} state={state} />
      </section>
      <section class="card">
        <FieldGroup
          fields={fields.filter((field) => !grouped.includes(field.group))}
          first={['engine', 'seed', 'run_id', 'priority']}
          more={words.start.other}
          state={state}
        />
      </section>
      {schema.error !== undefined && <Failure error={schema.error} retry={schema.reload} />}
      {error !== undefined && wrong.size === 0 && <Failure error={error} />}
      {wrong.size > 0 && (
        <div class="notice" role="alert">
          <strong>{words.start.invalid(wrong.size)}</strong>
          {unplaced.map(([path, message]) => (
            <p key={path}>
              <code>{path}</code>: {message}
            </p>
          ))}
        </div>
      )}
      <div class="actions">
        <button class="main" disabled={busy || schema.data === undefined}>
          {busy ? words.start.submitting : words.start.submit}
        </button>
      </div>
    </form>
  );
}

function Choice(props: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly Named[];
  readonly onChange: (name: string) => void;
}) {
  const { words } = useSettings();
  const { id, label, value, options, onChange } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map(({ name, present }) => (
          <option key={name} value={name}>
            {present === false ? `${name} (${words.datasets.absent})` : name}
          </option>
        ))}
      </select>
      <span id={`${id}-hint`} class="hint" lang="en">
        {options.find(({ name }) => name === value)?.description}
      </span>
    </div>
  );
}

/** What the service found wrong, by path. */
function wrongFields(error: unknown): ReadonlyMap<string, string> {
  if (!(error instanceof ApiError)) return new Map();
  return new Map(error.problem.fields.map(({ field, message }) => [field, message]));
}

/** A name of this request, by which the service knows it if it comes twice (where the page is not served securely there is no `randomUUID`). */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
