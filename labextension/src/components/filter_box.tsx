/**
 * The box in which runs are filtered: the query language, with what may come next below it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  type KeyboardEvent,
  type ReactElement,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState
} from 'react';

import type { FieldsReply } from '../records';
import { type Offer, type Offers, offers, taken } from '../state/completion';
import type { Trouble } from '../state/runs';

const PAUSE = 350;
const NOTHING: Offers = { from: 0, to: 0, items: [] };

interface FilterBoxProps {
  trans: TranslationBundle;
  filter: string;
  language: FieldsReply;
  trouble: Trouble | null;
  onFilter(filter: string): void;
}

export function FilterBox(props: FilterBoxProps): ReactElement {
  const { trans, filter, trouble } = props;
  const box = useFilter(props);
  const id = useId();
  const isOpen = box.found.items.length > 0;
  return (
    <div className="nbtrack-Filter" role="search" aria-label={trans.__('Runs')}>
      <div className="nbtrack-FilterLine">
        <input
          ref={box.input}
          type="text"
          role="combobox"
          className="jp-mod-styled"
          spellCheck={false}
          autoComplete="off"
          placeholder={trans.__('Filter: metrics.accuracy > 0.9')}
          aria-label={trans.__('Filter runs')}
          aria-expanded={isOpen}
          aria-controls={`${id}-offers`}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && box.place >= 0 ? `${id}-${box.place}` : undefined}
          aria-invalid={trouble !== null}
          aria-describedby={trouble ? `${id}-trouble` : undefined}
          value={box.text}
          onChange={event => box.type(event.target.value)}
          onFocus={() => box.offer()}
          onClick={() => box.offer()}
          onBlur={() => box.leave()}
          onKeyDown={box.press}
        />
        {filter || box.text ? (
          <button
            className="nbtrack-Clear"
            aria-label={trans.__('Clear the filter')}
            title={trans.__('Clear the filter')}
            onClick={() => box.clear()}
          >
            ×
          </button>
        ) : null}
      </div>
      <OfferList id={id} found={box.found} place={box.place} trans={trans} onTake={box.take} />
      {trouble ? <FilterTrouble id={`${id}-trouble`} text={filter} trouble={trouble} /> : null}
    </div>
  );
}

interface OfferListProps {
  id: string;
  found: Offers;
  place: number;
  trans: TranslationBundle;
  onTake(offer: Offer): void;
}

function OfferList({ id, found, place, trans, onTake }: OfferListProps): ReactElement {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[place]?.scrollIntoView({ block: 'nearest' });
  }, [place]);
  return (
    <ul
      ref={list}
      id={`${id}-offers`}
      role="listbox"
      aria-label={trans.__('What may come next')}
      className="nbtrack-Offers"
      // what can be scrolled is a stop of the Tab key otherwise, and goes as the box loses the focus
      tabIndex={-1}
      hidden={found.items.length === 0}
    >
      {found.items.map((offer, index) => (
        // The keys are those of the box, which keeps the focus.
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events
        <li
          key={offer.text}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === place}
          onMouseDown={event => event.preventDefault()}
          onClick={() => onTake(offer)}
        >
          <code>{offer.text}</code>
          <span>{offer.doc}</span>
        </li>
      ))}
    </ul>
  );
}

/** The words of a problem without the place, which is marked. */
function firstSentence(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/,? at position \d+:?$/, '');
}

/** What is wrong with a filter, and where. */
function FilterTrouble(props: { id: string; text: string; trouble: Trouble }): ReactElement {
  const { id, text, trouble } = props;
  const { position, message } = trouble;
  return (
    <div id={id} role="alert" className="nbtrack-Trouble">
      {position === null ? null : (
        <code aria-hidden="true">
          {text.slice(0, position)}
          <mark>{text.slice(position, position + 1) || ' '}</mark>
          {text.slice(position + 1)}
        </code>
      )}
      <span>{firstSentence(message)}</span>
    </div>
  );
}

interface FilterState {
  input: RefObject<HTMLInputElement>;
  text: string;
  found: Offers;
  place: number;
  type(text: string): void;
  offer(): void;
  take(offer: Offer): void;
  clear(): void;
  leave(): void;
  press(event: KeyboardEvent<HTMLInputElement>): void;
}

/** What is typed and offered; the filter follows after a pause or by the enter key. */
function useFilter({ filter, language, onFilter }: FilterBoxProps): FilterState {
  const input = useRef<HTMLInputElement>(null);
  const { text, put, say } = useText(filter, onFilter);
  const [found, setFound] = useState(NOTHING);
  const [place, setPlace] = useState(-1);
  const setCursor = useCursor(input);
  const close = (): void => {
    setFound(NOTHING);
    setPlace(-1);
  };
  const offerFor = (value: string, at: number): void => {
    close();
    setFound(offers(value, at, language));
  };
  const take = (offer: Offer): void => {
    const next = taken(text, found, offer);
    put(next.text, PAUSE);
    setCursor(next.cursor);
    offerFor(next.text, next.cursor);
  };
  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    const size = found.items.length;
    const picked = found.items[place];
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && size > 0) {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setPlace(place < 0 && step < 0 ? size - 1 : (place + step + size) % size);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && picked) {
      take(picked);
    } else if (event.key === 'Enter') {
      close();
      say(text, 0);
    } else if (event.key === 'Escape' && size > 0) {
      close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return {
    input,
    text,
    found,
    place,
    press,
    take,
    type: value => {
      put(value, PAUSE);
      offerFor(value, input.current?.selectionStart ?? value.length);
    },
    offer: () => offerFor(text, input.current?.selectionStart ?? text.length),
    clear: () => {
      put('', 0);
      close();
      input.current?.focus();
    },
    leave: close
  };
}

interface Text {
  text: string;
  put(value: string, pause: number): void;
  say(value: string, pause: number): void;
}

/** What is typed: it is said after a pause, and gives way to a filter from elsewhere. */
function useText(filter: string, onFilter: (filter: string) => void): Text {
  const said = useRef(filter);
  const [text, setText] = useState(filter);
  const say = useLater(value => {
    said.current = value;
    onFilter(value);
  });
  useEffect(() => {
    // what comes back as it was said is older than what was typed meanwhile
    if (filter !== said.current) {
      said.current = filter;
      setText(filter);
    }
  }, [filter]);
  const put = (value: string, pause: number): void => {
    setText(value);
    say(value, pause);
  };
  return { text, put, say };
}

/** Calls after a pause in which it was not called again. */
function useLater(act: (value: string) => void): (value: string, pause: number) => void {
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return (value, pause) => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => act(value), pause);
  };
}

/** Puts the cursor where it belongs once the text is drawn. */
function useCursor(input: RefObject<HTMLInputElement>): (cursor: number) => void {
  const [cursor, setCursor] = useState<number | null>(null);
  useEffect(() => {
    if (cursor !== null) {
      input.current?.setSelectionRange(cursor, cursor);
      setCursor(null);
    }
  }, [input, cursor]);
  return setCursor;
}
