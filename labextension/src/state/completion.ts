/**
 * What may come next in a filter: fields, operators, values and the words between them.
 */
import type { FieldsReply } from '../records';

/** One thing to put in place of what was typed. */
export interface Offer {
  text: string;
  doc: string;
}

/** What is offered for the text from `from` to `to`. */
export interface Offers {
  from: number;
  to: number;
  items: Offer[];
}

interface Token {
  kind: 'word' | 'value' | 'symbol' | 'open' | 'close' | 'comma';
  text: string;
  end: number;
}

type Place =
  | { expects: 'field' }
  | { expects: 'operator'; field: string }
  | { expects: 'value'; field: string }
  | { expects: 'link' }
  | { expects: 'and' };

const MOST = 50;
const WORD = /[\w.\-/:@`"]/;
const STATUSES = ['RUNNING', 'FINISHED', 'FAILED', 'KILLED', 'SCHEDULED'];
const LINKS = ['AND', 'OR'];
const SHAPES: [Token['kind'], RegExp][] = [
  ['value', /^(?:'[^']*'|-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))/],
  ['word', /^(?:[A-Za-z_][\w]*\.)?(?:`[^`]*`|"[^"]*"|[A-Za-z_][\w.\-/:@]*)/],
  ['symbol', /^(?:!=|<>|>=|<=|==|=|<|>)/],
  ['open', /^\(/],
  ['close', /^\)/],
  ['comma', /^,/]
];

/** The tokens of a text; what fits no shape is skipped. */
function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const shape = SHAPES.map(([kind, pattern]) => ({ kind, match: pattern.exec(rest)?.[0] })).find(
      it => it.match
    );
    if (shape?.match) {
      at += shape.match.length;
      found.push({ kind: shape.kind, text: shape.match, end: at });
    } else {
      at += 1;
    }
  }
  return found;
}

/** Joins the words of operators such as `IS NOT NULL` that begin here; how many tokens they are. */
function operatorAt(all: Token[], at: number, symbols: string[]): { symbol: string; size: number } {
  let best = { symbol: all[at]?.text ?? '', size: 1 };
  for (const symbol of symbols) {
    const parts = symbol.split(' ');
    const isHere = parts.every((part, place) => all[at + place]?.text.toUpperCase() === part);
    if (isHere && parts.length >= best.size) {
      best = { symbol, size: parts.length };
    }
  }
  return best;
}

/** What the language expects after these tokens. */
function placeAfter(all: Token[], symbols: string[]): Place {
  let place: Place = { expects: 'field' };
  let field = '';
  let isPair = false;
  for (let at = 0; at < all.length; at++) {
    const { kind, text } = all[at] as Token;
    const word = text.toUpperCase();
    if (place.expects === 'field') {
      if (kind === 'word' && word !== 'NOT') {
        field = text;
        place = { expects: 'operator', field };
      }
    } else if (place.expects === 'operator') {
      const { symbol, size } = operatorAt(all, at, symbols);
      at += size - 1;
      isPair = symbol.endsWith('BETWEEN');
      place = symbol.endsWith('NULL') ? { expects: 'link' } : { expects: 'value', field };
    } else if (place.expects === 'value') {
      if (kind === 'open') {
        while (at < all.length && all[at]?.kind !== 'close') {
          at += 1;
        }
        place = at < all.length ? { expects: 'link' } : place;
      } else {
        place = { expects: isPair ? 'and' : 'link' };
      }
    } else if (place.expects === 'and') {
      isPair = false;
      place = { expects: 'value', field };
    } else if (LINKS.includes(word)) {
      place = { expects: 'field' };
    }
  }
  return place;
}

/** Where the word begins that the cursor stands in or behind. */
function wordStart(text: string, cursor: number): number {
  let start = cursor;
  while (start > 0 && WORD.test(text.charAt(start - 1))) {
    start -= 1;
  }
  return text.charAt(start - 1) === "'" ? start - 1 : start;
}

/** Those that fit what was typed: beginnings first, then what has it anywhere. */
function fitting(items: Offer[], typed: string): Offer[] {
  const want = typed.toLowerCase();
  const rank = ({ text }: Offer): number => {
    const name = text.toLowerCase();
    const last = name.slice(name.indexOf('.') + 1);
    return name.startsWith(want) ? 0 : last.startsWith(want) ? 1 : name.includes(want) ? 2 : 3;
  };
  return items
    .map(item => ({ item, rank: rank(item) }))
    .filter(it => it.rank < 3)
    .sort((one, other) => one.rank - other.rank)
    .slice(0, MOST)
    .map(it => it.item);
}

/**
 * What may stand at the cursor.
 *
 *     offers('metrics.ac', 10, fields).items[0].text   // metrics.accuracy
 */
export function offers(text: string, cursor: number, language: FieldsReply): Offers {
  const from = wordStart(text, cursor);
  const typed = text.slice(from, cursor);
  const symbols = language.operators.map(it => it.symbol);
  const place = placeAfter(tokens(text.slice(0, from)), symbols);
  const isBegun = typed !== '' || /(^|[\s(,])$/.test(text.slice(0, from));
  const items = isBegun ? fitting(all(place, language), typed).filter(it => it.text !== typed) : [];
  return { from, to: cursor, items };
}

function all(place: Place, language: FieldsReply): Offer[] {
  switch (place.expects) {
    case 'field':
      return [...language.fields.map(it => ({ text: it.name, doc: it.doc })), word('NOT')];
    case 'operator': {
      const kind = language.fields.find(it => it.name === place.field)?.kind;
      return language.operators
        .filter(it => !kind || it.kinds.length === 0 || it.kinds.includes(kind))
        .map(it => ({ text: it.symbol, doc: it.doc }));
    }
    case 'value':
      return /(^|\.)status$/.test(place.field) ? STATUSES.map(it => word(`'${it}'`)) : [];
    case 'and':
      return [word('AND')];
    case 'link':
      return LINKS.map(word);
  }
}

function word(text: string): Offer {
  return { text, doc: '' };
}

/** The text with an offer put in, a space behind it, and where the cursor goes. */
export function taken(text: string, found: Offers, offer: Offer): { text: string; cursor: number } {
  const rest = text.slice(found.to);
  const gap = rest.startsWith(' ') ? '' : ' ';
  const before = text.slice(0, found.from) + offer.text + gap;
  return { text: before + rest, cursor: before.length + (gap ? 0 : 1) };
}
