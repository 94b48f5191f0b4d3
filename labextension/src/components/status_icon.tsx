/**
 * The state of a run as a sign with its name.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

const SIGNS: Record<string, ReactElement> = {
  FINISHED: <path d="m3.500 8.300 3 3 6-6.600" />,
  FAILED: <path d="m4.200 4.200 7.600 7.600m0-7.600-7.600 7.600" />,
  KILLED: <path d="M4 8h8" />,
  RUNNING: <path d="M8 2.500A5.500 5.500 0 1 1 2.500 8" />,
  SCHEDULED: (
    <path d="M8 4.500V8l2.400 1.600M8 2.500a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11z" />
  )
};

/** The name of a status as people say it. */
export function statusName(status: string, trans: TranslationBundle): string {
  const names: Record<string, string> = {
    FINISHED: trans.__('finished'),
    FAILED: trans.__('failed'),
    KILLED: trans.__('killed'),
    RUNNING: trans.__('running'),
    SCHEDULED: trans.__('scheduled')
  };
  return names[status] ?? status.toLowerCase();
}

/** A sign for a status; its shape says it too, not its colour alone. */
export function StatusIcon(props: { status: string; trans: TranslationBundle }): ReactElement {
  const name = statusName(props.status, props.trans);
  return (
    <svg
      className="nbtrack-Status"
      data-status={props.status}
      viewBox="0 0 16 16"
      width="14"
      height="14"
      role="img"
      aria-label={name}
    >
      <title>{name}</title>
      {SIGNS[props.status] ?? SIGNS.SCHEDULED}
    </svg>
  );
}
