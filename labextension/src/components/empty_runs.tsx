/**
 * What stands where runs would be, and what to do about it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import { Sample } from './sample';

/** The cells that make a first run. */
export const FIRST_CELLS = [
  '%load_ext nbtrack',
  '%%track\nlearning_rate = 0.1\naccuracy = 1 - learning_rate ** 2'
];

/** Why there is nothing to show. */
export type Emptiness =
  | { kind: 'looking' }
  | { kind: 'unserved' }
  | { kind: 'no store' }
  | { kind: 'problem'; message: string }
  | { kind: 'no match' }
  | { kind: 'none deleted' }
  | { kind: 'no run here' }
  | { kind: 'no run' };

interface EmptyRunsProps {
  trans: TranslationBundle;
  why: Emptiness;
  canInsert: boolean;
  onInsert(): void;
  onClear(): void;
  onAll(): void;
}

export function EmptyRuns(props: EmptyRunsProps): ReactElement {
  const { trans, why } = props;
  switch (why.kind) {
    case 'looking':
      return <div className="nbtrack-Empty">{trans.__('Looking for runs…')}</div>;
    case 'problem':
      return (
        <div className="nbtrack-Empty" role="alert">
          <p>{trans.__('The store cannot be read.')}</p>
          <p className="nbtrack-Message">{why.message}</p>
        </div>
      );
    case 'unserved':
      return (
        <div className="nbtrack-Empty" role="alert">
          <p>{trans.__('The server of this page does not know nbtrack.')}</p>
          <p>
            {trans.__(
              'Install nbtrack in the environment that Jupyter runs in, then start Jupyter again:'
            )}
          </p>
          <pre>pip install nbtrack</pre>
        </div>
      );
    case 'no match':
      return (
        <div className="nbtrack-Empty">
          <p>{trans.__('No run fits the filter.')}</p>
          <button className="jp-mod-styled jp-mod-minimal" onClick={props.onClear}>
            {trans.__('Clear the filter')}
          </button>
        </div>
      );
    case 'none deleted':
      return (
        <div className="nbtrack-Empty">
          <p>{trans.__('No run was deleted.')}</p>
          <button className="jp-mod-styled jp-mod-minimal" onClick={props.onClear}>
            {trans.__('Show the others')}
          </button>
        </div>
      );
    default:
      return <FirstRun {...props} />;
  }
}

/** How a first run is made. */
function FirstRun({ trans, why, canInsert, onInsert, onAll }: EmptyRunsProps): ReactElement {
  const titles: Record<string, string> = {
    'no store': trans.__('Nothing was tracked here yet.'),
    'no run here': trans.__('This notebook has no runs yet.')
  };
  return (
    <div className="nbtrack-Empty">
      <p>{titles[why.kind] ?? trans.__('There are no runs yet.')}</p>
      <p>{trans.__('Load nbtrack, then track a cell: its params, metrics and code are kept.')}</p>
      {FIRST_CELLS.map(cell => (
        <Sample key={cell} code={cell} />
      ))}
      <div className="nbtrack-Buttons">
        <button className="jp-mod-styled jp-mod-accept" disabled={!canInsert} onClick={onInsert}>
          {trans.__('Insert these cells')}
        </button>
        {why.kind === 'no run here' ? (
          <button className="jp-mod-styled jp-mod-minimal" onClick={onAll}>
            {trans.__('Show all runs')}
          </button>
        ) : null}
      </div>
      {canInsert ? null : <p>{trans.__('Open a notebook to insert them.')}</p>}
    </div>
  );
}
