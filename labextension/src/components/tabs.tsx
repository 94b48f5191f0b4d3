/**
 * Tabs as the ARIA practices want them: arrows move, only the chosen tab is in the tab order.
 */
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

/** A tab and what it shows. */
export interface ITab {
  readonly name: string;
  readonly label: string;
  /** A number beside the label. */
  readonly count?: number;
  readonly show: () => ReactNode;
}

/**
 * The tabs; a tab that was open once stays as it was left.
 */
export function Tabs(props: {
  label: string;
  tabs: readonly ITab[];
  current: string;
  choose: (name: string) => void;
}): JSX.Element {
  const { tabs, choose } = props;
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const current = tabs.some(tab => tab.name === props.current)
    ? props.current
    : (tabs[0]?.name ?? '');
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  if (!seen.has(current)) {
    setSeen(new Set([...seen, current]));
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const next = neighbour(
      tabs.map(tab => tab.name),
      current,
      event.key
    );
    if (next !== null) {
      event.preventDefault();
      choose(next);
      list.current?.querySelector<HTMLElement>(`[data-name="${next}"]`)?.focus();
    }
  };
  return (
    <div className="nbtrack-Tabs">
      <div className="nbtrack-Tabs-list" role="tablist" aria-label={props.label} ref={list}>
        {tabs.map(tab => (
          <button
            key={tab.name}
            type="button"
            role="tab"
            id={`${id}-${tab.name}`}
            data-name={tab.name}
            aria-controls={`${id}-${tab.name}-panel`}
            aria-selected={tab.name === current}
            tabIndex={tab.name === current ? 0 : -1}
            onClick={() => choose(tab.name)}
            onKeyDown={onKeyDown}
          >
            {tab.label}
            {tab.count ? <span className="nbtrack-Tabs-count">{tab.count}</span> : null}
          </button>
        ))}
      </div>
      {tabs.map(tab => (
        <div
          key={tab.name}
          className="nbtrack-Tabs-panel"
          role="tabpanel"
          id={`${id}-${tab.name}-panel`}
          aria-labelledby={`${id}-${tab.name}`}
          hidden={tab.name !== current}
        >
          {tab.name === current || seen.has(tab.name) ? tab.show() : null}
        </div>
      ))}
    </div>
  );
}

/**
 * The tab that a key leads to; nothing if the key is not for tabs.
 */
export function neighbour(names: readonly string[], current: string, key: string): string | null {
  const index = names.indexOf(current);
  const next = {
    ArrowLeft: index - 1 + names.length,
    ArrowRight: index + 1,
    Home: 0,
    End: names.length - 1
  }[key];
  return next === undefined ? null : (names[next % names.length] ?? null);
}
