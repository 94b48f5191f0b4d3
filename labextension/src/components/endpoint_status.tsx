/**
 * How an endpoint is, as a dot and a word.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { EndpointItem } from '../records';
import { stateName } from '../state/endpoint_words';

/** The dot is filled while requests are answered, hollow otherwise: not its colour alone tells. */
export function EndpointStatus(props: {
  status: EndpointItem['status'];
  trans: TranslationBundle;
}): JSX.Element {
  const { status } = props;
  const isHollow = status === 'STOPPED' || status === 'STOPPING' || status === 'STARTING';
  return (
    <span className="nbtrack-Health" data-status={status}>
      <svg viewBox="0 0 12 12" width="10" height="10" aria-hidden="true">
        {status === 'FAILED' || status === 'UNHEALTHY' ? (
          <path className="nbtrack-Health-cross" d="m2.500 2.500 7 7m0-7-7 7" />
        ) : (
          <circle cx="6" cy="6" r="4" className={isHollow ? 'nbtrack-mod-hollow' : undefined} />
        )}
      </svg>
      {stateName(status, props.trans)}
    </span>
  );
}
