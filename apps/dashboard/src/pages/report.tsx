import { useEffect, useState } from 'preact/hooks';

import { ApiError, request } from '../api/client.js';
import { useSettings } from '../settings.js';
import { Failure } from '../ui/parts.js';

/** A run's report, in a frame that can run nothing; fetched here, since a frame can't send the token. */
export function Report({ path }: { readonly path: string }) {
  const { words } = useSettings();
  const [address, setAddress] = useState<string>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    setAddress(undefined);
    setError(undefined);
    const controller = new AbortController();
    let made: string | undefined;
    request(path, { headers: { accept: 'text/html' }, signal: controller.signal })
      .then((response) => response.blob())
      .then(
        (blob) => {
          made = URL.createObjectURL(new Blob([blob], { type: 'text/html' }));
          setAddress(made);
        },
        (problem: unknown) => {
          if (!controller.signal.aborted) setError(problem);
        },
      );
    return () => {
      controller.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [path]);
  const absent = error instanceof ApiError && error.problem.status === 404;
  return (
    <section class="card">
      <h2>{words.runs.report}</h2>
      {!address && error === undefined && <p class="second">{words.runs.makingReport}</p>}
      {absent && <p class="second">{words.runs.noReport}</p>}
      {error !== undefined && !absent && <Failure error={error} />}
      {address && (
        <div class="stack">
          <a href={address} target="_blank" rel="noreferrer">
            {words.runs.openReport}
          </a>
          <iframe class="report" title={words.runs.report} src={address} sandbox="" />
        </div>
      )}
    </section>
  );
}
