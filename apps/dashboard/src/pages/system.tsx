import type { SystemInfo } from '../api/types.js';
import { useFetch } from '../api/use-fetch.js';
import { useSettings } from '../settings.js';
import { Facts, Loaded, PageHead, State } from '../ui/parts.js';

/** What the service runs on and what it is busy with, every 5 s. */
export function SystemPage() {
  const { words } = useSettings();
  const system = useFetch<SystemInfo>('/system', 5000);
  return (
    <>
      <PageHead title={words.system.title}>
        <a class="button" href="/docs">
          {words.system.api}
        </a>
        <a class="button" href="/metrics">
          {words.system.metrics}
        </a>
      </PageHead>
      <Loaded of={system}>{(known) => <SystemBody of={known} />}</Loaded>
    </>
  );
}

function SystemBody({ of }: { readonly of: SystemInfo }) {
  const { words, formats } = useSettings();
  const { engine, cpu, memory, disk, queue, workers } = of;
  return (
    <div class="columns">
      <section class="card">
        <h2>{words.system.engine}</h2>
        {engine ? (
          <Facts
            of={[
              [words.system.engine, engine.name],
              [words.system.version, engine.version],
              [words.system.device, engine.device],
              [words.system.threads, formats.number(engine.threads)],
              [words.system.reason, <span lang="en">{engine.reason}</span>],
            ]}
          />
        ) : (
          <p class="second">{words.common.loading}</p>
        )}
      </section>
      <section class="card">
        <h2>{words.system.cpu}</h2>
        <Facts
          of={[
            [words.system.cpu, cpu.model],
            [words.system.cores, formats.number(cpu.cores)],
            [words.system.load, formats.number(cpu.load, 2)],
            [words.system.gpu, of.gpus.map(({ name }) => name).join(', ') || words.system.noGpu],
          ]}
        />
      </section>
      <section class="card">
        <h2>{words.system.memory}</h2>
        <Usage name={words.system.memory} total={memory.total_bytes} free={memory.free_bytes} />
        {disk.runs && <Usage name={words.system.runsDisk} total={disk.runs.total_bytes} free={disk.runs.free_bytes} />}
        {disk.datasets && (
          <Usage name={words.system.dataDisk} total={disk.datasets.total_bytes} free={disk.datasets.free_bytes} />
        )}
        <Facts of={[[words.system.process, formats.bytes(memory.rss_bytes)]]} />
      </section>
      <section class="card">
        <h2>{words.system.queue}</h2>
        <Facts of={Object.entries(queue).map(([state, n]) => [<State name={state} />, formats.number(n)])} />
      </section>
      <section class="card">
        <h2>{words.system.workers}</h2>
        {workers.length === 0 && <p class="second">{words.common.none}</p>}
        <Facts
          of={workers.map((worker) => [
            worker.name,
            `${worker.host} · ${words.system.concurrency(formats.number(worker.concurrency))}`,
          ])}
        />
      </section>
      <section class="card">
        <h2>{words.system.service}</h2>
        <Facts
          of={[
            [words.system.version, of.version],
            ['Node', of.node],
            [words.system.host, of.host],
            [words.system.database, of.database],
          ]}
        />
      </section>
    </div>
  );
}

/** How much of something is used, as a bar and in words. */
function Usage({ name, total, free }: { readonly name: string; readonly total: number; readonly free: number }) {
  const { words, formats } = useSettings();
  const used = total - free;
  return (
    <div class="usage">
      <div class="row small">
        <span>{name}</span>
        <span class="second">{words.common.of(formats.bytes(used), formats.bytes(total))}</span>
      </div>
      <div
        class="bar"
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round((100 * used) / total)}
      >
        <span style={{ width: `${(100 * used) / total}%` }} />
      </div>
    </div>
  );
}
