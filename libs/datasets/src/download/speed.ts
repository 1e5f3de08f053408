/** How far a download is. */
export interface DownloadProgress {
  /** `checking`: looking at what is there already. */
  readonly phase: 'checking' | 'downloading';
  readonly files: number;
  readonly filesTotal: number;
  /** Bytes received, those kept from an interrupted download included; 0 while checking. */
  readonly bytes: number;
  /** An estimate where the server was not asked for every file; `undefined` where it does not tell. */
  readonly bytesTotal: number | undefined;
  /** Over the last ten seconds. */
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | undefined;
}

/** Counts the bytes of files that arrive side by side. */
interface Meter {
  /** A file has this many bytes now. */
  set(path: string, bytes: number): void;
  /** A file is complete (its bytes stay counted) or given up (they don't). */
  end(path: string, complete: boolean): void;
  progress(filesTotal: number, bytesTotal: number | undefined): DownloadProgress;
}

const windowMs = 10_000;

/** A meter that starts now. */
export function createMeter(now: () => number = () => performance.now()): Meter {
  const active = new Map<string, number>();
  /** Bytes that came over the wire by time, for the speed: what starts anew counts again. */
  const marks: { at: number; received: number }[] = [{ at: now(), received: 0 }];
  let bytes = 0;
  let received = 0;
  let files = 0;
  return {
    set: (path, size) => {
      const before = active.get(path);
      active.set(path, size);
      bytes += size - (before ?? 0);
      if (before === undefined || size < before) return; // what was kept from earlier did not arrive now
      received += size - before;
      const at = now();
      if (at - marks[marks.length - 1].at > 250) marks.push({ at, received });
      while (marks.length > 2 && at - marks[1].at > windowMs) marks.shift();
    },
    end: (path, complete) => {
      if (complete) files++;
      else bytes -= active.get(path) ?? 0;
      active.delete(path);
    },
    progress: (filesTotal, bytesTotal) => {
      const seconds = (now() - marks[0].at) / 1000;
      const bytesPerSecond = seconds > 0 ? (received - marks[0].received) / seconds : 0;
      const left = bytesTotal === undefined ? undefined : Math.max(0, bytesTotal - bytes);
      const secondsLeft = left === undefined || bytesPerSecond === 0 ? undefined : left / bytesPerSecond;
      return { phase: 'downloading', files, filesTotal, bytes, bytesTotal, bytesPerSecond, secondsLeft };
    },
  };
}
