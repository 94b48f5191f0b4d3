/**
 * A choice among some, with its label before it.
 */

/** What can be chosen, and how it is called. */
export interface IOption {
  readonly value: string;
  readonly label: string;
}

/** What the choice is given. */
export interface ILabelledSelectProps {
  readonly label: string;
  readonly options: readonly IOption[];
  readonly value: string;
  readonly choose: (value: string) => void;
}

export function LabelledSelect(props: ILabelledSelectProps): JSX.Element {
  return (
    <label>
      {props.label}{' '}
      <select
        className="jp-mod-styled"
        value={props.value}
        onChange={event => props.choose(event.target.value)}
      >
        {props.options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
