/**
 * Columns, tensors or params of a model or of data, with their types.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

/** One of them. */
export interface ISpec {
  readonly name: string;
  readonly type: string;
  readonly is_required: boolean;
  readonly default?: string | null;
}

/** The table; nothing without rows. */
export function SpecTable(props: {
  title: string;
  specs: readonly ISpec[];
  trans: TranslationBundle;
}): JSX.Element | null {
  const { title, specs, trans } = props;
  if (!specs.length) {
    return null;
  }
  return (
    <table className="nbtrack-Table nbtrack-SpecTable" aria-label={title}>
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col">{trans.__('Type')}</th>
        </tr>
      </thead>
      <tbody>
        {specs.map((spec, place) => (
          <tr key={place}>
            <th scope="row">{spec.name || '–'}</th>
            <td>
              <code>{spec.type}</code>
              {noteOf(spec, trans)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function noteOf(spec: ISpec, trans: TranslationBundle): string {
  if (spec.default !== null && spec.default !== undefined) {
    return ` = ${spec.default}`;
  }
  return spec.is_required ? '' : ` (${trans.__('optional')})`;
}
