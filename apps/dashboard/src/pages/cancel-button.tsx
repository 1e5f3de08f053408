import { useState } from 'preact/hooks';

import { request } from '../api/client.js';
import { useSettings } from '../settings.js';
import { Dialog } from '../ui/dialog.js';
import { Failure } from '../ui/parts.js';

/** Stops a job, after asking. */
export function CancelButton({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const { words } = useSettings();
  const [asks, setAsks] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const cancel = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await request(`/training/${encodeURIComponent(id)}`, { method: 'DELETE' });
      setAsks(false);
      onDone();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <>
      <button class="danger" disabled={busy} onClick={() => setAsks(true)}>
        {busy ? words.jobs.cancelling : words.jobs.cancel}
      </button>
      {asks && (
        <Dialog title={words.jobs.cancel} onClose={() => setAsks(false)}>
          <p>{words.jobs.cancelConfirm}</p>
          {error !== undefined && <Failure error={error} />}
          <div class="actions">
            <button onClick={() => setAsks(false)}>{words.jobs.keep}</button>
            <button class="danger" disabled={busy} onClick={() => void cancel()}>
              {words.jobs.cancel}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
