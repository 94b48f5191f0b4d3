/**
 * What a version of a model takes and gives; asked for when somebody opens it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

import type { SignatureReply } from '../records';
import { words } from '../request';
import { Answered, type IAnswerState } from './answered';
import { SpecTable } from './spec_table';

type State = IAnswerState<SignatureReply>;

const UNASKED: State = { value: null, problem: null, isLoading: false };

/** The disclosure. */
export function Signature(props: {
  ask: () => Promise<SignatureReply>;
  label: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { ask, label, trans } = props;
  const [state, setState] = useState(UNASKED);
  const load = (): void => {
    setState({ ...UNASKED, isLoading: true });
    ask().then(
      value => setState({ ...UNASKED, value }),
      (error: unknown) => setState({ ...UNASKED, problem: words(error) })
    );
  };
  return (
    <details
      className="nbtrack-Signature"
      onToggle={event => {
        if (event.currentTarget.open && state === UNASKED) {
          load();
        }
      }}
    >
      <summary aria-label={label}>{trans.__('Signature')}</summary>
      <Answered
        answer={state}
        show={signature => <SignatureTables signature={signature} trans={trans} />}
        retry={load}
        trans={trans}
      />
    </details>
  );
}

function SignatureTables(props: {
  signature: SignatureReply;
  trans: TranslationBundle;
}): JSX.Element {
  const { signature, trans } = props;
  const { flavor, inputs, outputs, params } = signature;
  return (
    <>
      <p>
        <span className="nbtrack-Chip">{flavor}</span>
      </p>
      {inputs.length + outputs.length + params.length === 0 ? (
        <p className="nbtrack-Empty">
          {trans.__('None. log_model(…, input_example=X.head()) finds it.')}
        </p>
      ) : null}
      <SpecTable title={trans.__('Takes')} specs={inputs} trans={trans} />
      <SpecTable title={trans.__('Gives')} specs={outputs} trans={trans} />
      <SpecTable title={trans.__('Params')} specs={params} trans={trans} />
    </>
  );
}
