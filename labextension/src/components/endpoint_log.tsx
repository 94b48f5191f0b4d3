/**
 * What an endpoint wrote, and what happened to it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useRef } from 'react';

import type { EndpointEventItem, LogItem } from '../records';
import { ago, moment } from '../state/format';

/** How near to the end of the log one must be to be taken along, in pixels. */
const NEAR = 24;

/** The last lines; who reads at the end is taken along. */
export function EndpointLog(props: {
  lines: readonly LogItem[];
  copy: (text: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { lines, trans } = props;
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    if (box.current && isAtEnd.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [lines]);
  if (lines.length === 0) {
    return <p className="nbtrack-Empty">{trans.__('Nothing was written yet.')}</p>;
  }
  return (
    <>
      <button
        type="button"
        className="jp-mod-styled jp-mod-minimal"
        onClick={() => props.copy(lines.map(lineText).join('\n'))}
      >
        {trans.__('Copy all')}
      </button>
      <div
        ref={box}
        className="nbtrack-Log"
        role="log"
        aria-label={trans.__('Log')}
        aria-live="off"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keys
        tabIndex={0}
        onScroll={({ currentTarget: it }) => {
          isAtEnd.current = it.scrollHeight - it.scrollTop - it.clientHeight < NEAR;
        }}
      >
        {lines.map((it, place) => (
          <div key={place} data-level={it.level || undefined}>
            {it.time === null ? null : (
              <time title={moment(it.time)}>{new Date(it.time).toLocaleTimeString()}</time>
            )}
            {it.text}
          </div>
        ))}
      </div>
    </>
  );
}

function lineText({ time, level, text }: LogItem): string {
  return [time === null ? '' : new Date(time).toISOString(), level, text].filter(Boolean).join(' ');
}

/** What happened, the newest first. */
export function EndpointEvents(props: {
  events: readonly EndpointEventItem[];
  now: number;
  trans: TranslationBundle;
}): JSX.Element {
  const { events, now, trans } = props;
  if (events.length === 0) {
    return <p className="nbtrack-Empty">{trans.__('Nothing happened yet.')}</p>;
  }
  return (
    <table className="nbtrack-Table" aria-label={trans.__('Events')}>
      <thead>
        <tr>
          <th scope="col">{trans.__('When')}</th>
          <th scope="col">{trans.__('What')}</th>
          <th scope="col">{trans.__('Details')}</th>
        </tr>
      </thead>
      <tbody>
        {[...events].reverse().map((it, place) => (
          <tr key={place}>
            <td title={moment(it.time)}>{ago(it.time, now)}</td>
            <th scope="row">{it.kind.replaceAll('_', ' ').toLowerCase()}</th>
            <td className="nbtrack-Endpoint-words">{it.text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
