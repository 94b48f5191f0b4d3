/**
 * What stands in the place of an answer: the wait, the reason why there is none, or the answer.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactNode } from 'react';

/** The state of a question. */
export interface IAnswerState<T> {
  readonly value: T | null;
  readonly problem: string | null;
  readonly isLoading: boolean;
}

/**
 * The answer as `show` draws it; while a newer one is awaited, the old one stays.
 */
export function Answered<T>(props: {
  answer: IAnswerState<T>;
  show: (value: T) => ReactNode;
  retry: () => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { answer, trans } = props;
  return (
    <>
      {answer.problem ? (
        <div className="nbtrack-Problem" role="alert">
          <span>{answer.problem}</span>
          <button type="button" className="jp-mod-styled jp-mod-minimal" onClick={props.retry}>
            {trans.__('Try again')}
          </button>
        </div>
      ) : null}
      {answer.value === null ? (
        answer.isLoading ? (
          <p className="nbtrack-Empty" role="status">
            {trans.__('Loading…')}
          </p>
        ) : null
      ) : (
        props.show(answer.value)
      )}
    </>
  );
}
