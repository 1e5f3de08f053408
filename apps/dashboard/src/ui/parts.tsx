import type { ComponentChildren } from 'preact';

import { ApiError } from '../api/client.js';
import type { Fetched } from '../api/use-fetch.js';
import { useSettings } from '../settings.js';

/** The head of a page: its title, what can be done, and the way back. */
export function PageHead(props: {
  readonly title: string;
  readonly back?: { readonly href: string; readonly text: string };
  readonly children?: ComponentChildren;
}) {
  return (
    <header class="page-head">
      {props.back && (
        <a class="crumb" href={props.back.href}>
          ← {props.back.text}
        </a>
      )}
      <h1>{props.title}</h1>
      {props.children}
    </header>
  );
}

/** Why something did not work, and a way to try again. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { words } = useSettings();
  const offline = error instanceof ApiError && error.problem.status === 0;
  const text = offline ? words.errors.offline : error instanceof Error ? error.message : String(error);
  return (
    <div class="notice" role="alert">
      <strong>{words.errors.title}</strong>
      <p>{text}</p>
      {retry && (
        <button class="quiet" onClick={retry}>
          {words.common.retry}
        </button>
      )}
    </div>
  );
}

/** What was fetched, once it is there; else that it loads or why it failed. */
export function Loaded<T>({
  of,
  children,
}: {
  readonly of: Fetched<T>;
  readonly children: (data: T) => ComponentChildren;
}) {
  const { words } = useSettings();
  return (
    <>
      {of.error !== undefined && <Failure error={of.error} retry={of.reload} />}
      {of.data !== undefined
        ? children(of.data)
        : of.error === undefined && <p class="second">{words.common.loading}</p>}
    </>
  );
}

/** Nothing here yet, and what to do about it. */
export function Empty(props: {
  readonly title: string;
  readonly hint?: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="card empty">
      <h2>{props.title}</h2>
      {props.hint && <p>{props.hint}</p>}
      {props.children}
    </div>
  );
}

/** The state of a job or run, as a word with a colour. */
export function State({ name }: { readonly name: string }) {
  const { words } = useSettings();
  const known: Readonly<Record<string, string>> = words.states;
  return <span class={`state ${name}`}>{known[name] ?? name}</span>;
}

/** How far a job is, in percent. */
export function Progress(props: { readonly percent: number; readonly state: string; readonly label: string }) {
  const percent = Math.max(0, Math.min(100, props.percent));
  return (
    <div
      class={`bar ${props.state}`}
      role="progressbar"
      aria-label={props.label}
      aria-valuenow={Math.round(percent)}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <span style={{ width: `${percent}%` }} />
    </div>
  );
}

/** Names and values one below the other; empty values are left out. */
export function Facts({
  of,
}: {
  readonly of: readonly (readonly [name: ComponentChildren, value: ComponentChildren])[];
}) {
  return (
    <dl class="facts">
      {of.map(([name, value], i) =>
        value === undefined || value === null || value === '' ? null : (
          <div key={i}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** One of a few choices, as buttons side by side. */
export function Toggle<T extends string | number>(props: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly onChange: (value: T) => void;
}) {
  return (
    <div class="toggle" role="group" aria-label={props.label}>
      {props.options.map(({ value, text }) => (
        <button key={value} type="button" aria-pressed={value === props.value} onClick={() => props.onChange(value)}>
          {text}
        </button>
      ))}
    </div>
  );
}
