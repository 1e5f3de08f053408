import { useRef, useState } from 'preact/hooks';

import { useSettings } from '../settings.js';

/** Where files are picked, and where to drop them (the page takes what is dropped anywhere). */
export function DropZone(props: {
  readonly busy: boolean;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onExample: () => void;
}) {
  const { words } = useSettings();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  return (
    <div
      class={`drop ${over ? 'over' : ''}`}
      onDragOver={() => setOver(true)}
      onDragLeave={() => setOver(false)}
      onDrop={() => setOver(false)}
    >
      <h2>{props.busy ? words.ecg.reading : words.ecg.drop}</h2>
      <p>{words.ecg.dropHint}</p>
      <div class="row">
        <button class="main" type="button" disabled={props.busy} onClick={() => input.current?.click()}>
          {words.ecg.pick}
        </button>
        <button type="button" disabled={props.busy} onClick={props.onExample}>
          {words.ecg.example}
        </button>
      </div>
      <input
        ref={input}
        class="hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-label={words.ecg.pick}
        onChange={(event) => {
          props.onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
    </div>
  );
}
