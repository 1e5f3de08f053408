import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';

import { useSettings } from '../settings.js';
import { Toggle } from '../ui/parts.js';
import { isUsual } from './draw-marks.js';
import { secondsOf, type EcgRecord } from './ecg-record.js';
import { sheetSeconds, twelveLeads, type SheetKind } from './layout.js';
import type { Overlay } from './saliency.js';
import { Overview } from './overview.js';
import { Paper, type PaperPosition } from './paper.js';

const speeds = [12.5, 25, 50, 100] as const;
const gains = [5, 10, 20] as const;
const zooms = [0.5, 0.75, 1, 1.25, 1.5, 2, 3] as const;

/** A record on paper with its controls. */
export function Viewer(props: { readonly record: EcgRecord; readonly overlay: Overlay | undefined }) {
  const { record, overlay } = props;
  const { words, formats } = useSettings();
  const twelve = twelveLeads(record.signal.leads) !== undefined;
  const total = secondsOf(record);
  const narrow = innerWidth < 560;
  const [kind, setKind] = useState<SheetKind>(twelve && !narrow ? 'sheet' : 'stacked');
  const [speed, setSpeed] = useState<number>(25);
  const [gain, setGain] = useState<number>(10);
  const [zoom, setZoom] = useState<number>(narrow ? 0.75 : 1);
  const [position, setPosition] = useState<PaperPosition>({ start: 0, seconds: sheetSeconds });
  const setStart = useCallback((start: number) => setPosition((before) => ({ ...before, start })), []);
  useEffect(() => setStart(0), [record]);
  useEffect(() => {
    if (!twelve) setKind('stacked');
  }, [twelve]);
  const onMove = useCallback((moved: PaperPosition) => setPosition(moved), []);
  const shown = kind === 'sheet' ? { start: position.start, seconds: sheetSeconds } : position;
  const go = (to: number): void => setStart(Math.max(0, Math.min(Math.max(0, total - shown.seconds), to)));
  const scale = useMemo(
    () => ({ kind, millimetresPerSecond: speed, millimetresPerMillivolt: gain, zoom }),
    [kind, speed, gain, zoom],
  );
  const unusual = useMemo(() => record.marks.filter(({ symbol }) => !isUsual(symbol)), [record]);
  const toNext = (): void => {
    const { sampleRateHz } = record.signal;
    const middle = (shown.start + shown.seconds / 2 + 0.05) * sampleRateHz;
    const next = unusual.find(({ sample }) => sample > middle) ?? unusual[0];
    if (next) go(next.sample / sampleRateHz - shown.seconds / 2);
  };
  const paper = useRef<HTMLDivElement>(null);
  const fit = (): void => {
    const width = (paper.current?.clientWidth ?? 800) / ((96 / 25.4) * zoom);
    setKind('stacked');
    setSpeed(width / total);
    setStart(0);
  };
  const step = (by: number): void => {
    const at = zooms.findIndex((one) => one >= zoom);
    setZoom(zooms[Math.max(0, Math.min(zooms.length - 1, at + by))]);
  };
  return (
    <div class="viewer">
      <div class="viewer-bar">
        {twelve && (
          <Toggle
            label={words.ecg.layout}
            value={kind}
            onChange={(value: SheetKind) => {
              setKind(value);
              if (!speeds.some((one) => one === speed)) setSpeed(25);
            }}
            options={[
              { value: 'sheet', text: words.ecg.sheet },
              { value: 'stacked', text: words.ecg.stacked },
            ]}
          />
        )}
        <label>
          <span class="small second">{words.ecg.speed}</span>
          <select value={speed} onChange={(event) => setSpeed(Number(event.currentTarget.value))}>
            {[...speeds, ...(speeds.some((one) => one === speed) ? [] : [speed])].map((one) => (
              <option key={one} value={one}>
                {formats.number(one, one < 1 ? 3 : 1)} mm/s
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="small second">{words.ecg.gain}</span>
          <select value={gain} onChange={(event) => setGain(Number(event.currentTarget.value))}>
            {gains.map((one) => (
              <option key={one} value={one}>
                {one} mm/mV
              </option>
            ))}
          </select>
        </label>
        <div class="toggle" role="group" aria-label={words.ecg.zoom}>
          <button type="button" aria-label={words.ecg.zoomOut} disabled={zoom <= zooms[0]} onClick={() => step(-1)}>
            −
          </button>
          <button type="button" aria-label={words.ecg.zoomIn} disabled={zoom >= 3} onClick={() => step(1)}>
            +
          </button>
        </div>
        {total > sheetSeconds && (
          <>
            <button type="button" onClick={fit}>
              {words.ecg.whole}
            </button>
            <div class="toggle" role="group" aria-label={words.ecg.overview}>
              <button
                type="button"
                aria-label={words.ecg.earlier}
                onClick={() => go(shown.start - 0.9 * shown.seconds)}
              >
                ‹
              </button>
              <button type="button" aria-label={words.ecg.later} onClick={() => go(shown.start + 0.9 * shown.seconds)}>
                ›
              </button>
            </div>
          </>
        )}
        {unusual.length > 0 && (
          <button type="button" onClick={toNext}>
            {words.ecg.nextMark}
          </button>
        )}
        <span class="second small viewer-time">
          {formats.duration(shown.start)} – {formats.duration(Math.min(total, shown.start + shown.seconds))}
        </span>
      </div>
      <div ref={paper}>
        <Paper record={record} scale={scale} start={position.start} overlay={overlay} onMove={onMove} />
      </div>
      {total > shown.seconds && <Overview record={record} position={shown} onGo={go} />}
    </div>
  );
}
