import { useEffect, useState } from 'preact/hooks';

import { useSettings } from '../settings.js';
import { Facts, Failure, PageHead } from '../ui/parts.js';
import { DropZone } from '../viewer/drop-zone.js';
import { heartRate, secondsOf, type EcgRecord } from '../viewer/ecg-record.js';
import { Predict } from '../viewer/predict.js';
import type { Overlay } from '../viewer/saliency.js';
import { Viewer } from '../viewer/viewer.js';
import '../viewer/viewer.css';

/** Looks at a record, read here or made up, and asks a trained model about it. */
export function EcgPage(props: {
  readonly run: string | null;
  /** A record of the service's to begin with. */
  readonly dataset: string | null;
  readonly wanted: string | null;
}) {
  const { run, dataset, wanted } = props;
  const { words, formats } = useSettings();
  const [record, setRecord] = useState<EcgRecord>();
  const [overlay, setOverlay] = useState<Overlay>();
  const [table, setTable] = useState<File>(); // waits for its rate
  const [csvRate, setCsvRate] = useState('500');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const show = async (make: () => Promise<EcgRecord>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      setRecord(await make());
      setOverlay(undefined);
      setTable(undefined);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const read = (files: readonly File[], rateHz?: number): void => {
    if (files.length === 0) return;
    setTable(files.length === 1 && /\.(csv|tsv|txt)$/i.test(files[0].name) ? files[0] : undefined);
    void show(async () => (await import('../viewer/read-files.js')).readFiles(files, rateHz));
  };
  const example = (): void => {
    void show(async () => (await import('../viewer/synthetic.js')).syntheticRecord(1));
  };
  const findBeats = (of: EcgRecord): void => {
    void show(async () => ({ ...of, marks: (await import('../viewer/synthetic.js')).foundBeats(of) }));
  };
  useEffect(() => {
    if (dataset === null || wanted === null) return;
    void show(async () => (await import('../viewer/read-files.js')).readFromService(dataset, wanted));
  }, [dataset, wanted]);
  useEffect(() => {
    // files may be dropped anywhere, also on a record that is shown
    const over = (event: DragEvent): void => event.preventDefault();
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      read([...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener('dragover', over);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('drop', drop);
    };
  }, []);
  if (!record) {
    return (
      <>
        <PageHead title={words.ecg.title} />
        <div class="stack">
          <DropZone busy={busy} onFiles={read} onExample={example} />
          {error !== undefined && <Failure error={error} />}
          {table && error !== undefined && (
            <form
              class="card row"
              onSubmit={(event) => {
                event.preventDefault();
                read([table], Number(csvRate));
              }}
            >
              <label for="csv-rate">{words.ecg.csvRate}</label>
              <input
                id="csv-rate"
                inputMode="decimal"
                style={{ width: '110px' }}
                value={csvRate}
                onInput={(event) => setCsvRate(event.currentTarget.value)}
              />
              <button>{words.common.retry}</button>
            </form>
          )}
        </div>
      </>
    );
  }
  const { signal, marks } = record;
  const seconds = secondsOf(record);
  const rate = heartRate(record);
  return (
    <>
      <PageHead title={words.ecg.title}>
        <button onClick={() => setRecord(undefined)}>{words.ecg.another}</button>
      </PageHead>
      <div class="stack">
        <div class="record-head">
          <strong>{record.name}</strong>
          <span class="second">
            {signal.leads.length} {words.ecg.leads} · {formats.number(signal.sampleRateHz, 3)} Hz ·{' '}
            {formats.duration(seconds)}
            {marks.length > 0 && ` · ${words.ecg.found(formats.number(marks.length))}`}
            {rate !== undefined && ` · ${words.ecg.rate(formats.number(rate))}`}
          </span>
          {marks.length === 0 && seconds >= 2 && (
            <button class="quiet" disabled={busy} onClick={() => findBeats(record)}>
              {words.ecg.findBeats}
            </button>
          )}
        </div>
        {error !== undefined && <Failure error={error} />}
        <Viewer record={record} overlay={overlay} />
        <div class="columns">
          <Predict record={record} run={run} onOverlay={setOverlay} />
          {record.info.length > 0 && (
            <section class="card">
              <Facts of={[[words.ecg.info, record.info.map((line) => <div key={line}>{line}</div>)]]} />
            </section>
          )}
        </div>
      </div>
    </>
  );
}
