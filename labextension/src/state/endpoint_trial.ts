/**
 * A request that somebody writes in the form of an endpoint: fields, or JSON as it is sent.
 */
import type { InputItem, TryReply, TryWish, UseReply } from '../records';
import { words } from '../request';

const WHOLE = new Set(['integer', 'long']);
const FRACTIONS = new Set(['double', 'float']);
const TEXTS = new Set(['string', 'datetime', 'binary']);

/** A field whose text is no value of its type. */
export interface TrialFault {
  name: string;
  type: string;
  isMissing: boolean;
}

/** The request, what came of it, and who is told when either is another. */
export class Trial {
  constructor(private readonly send: (wish: TryWish) => Promise<TryReply>) {}

  /** The text of each field by its key. */
  get values(): ReadonlyMap<string, string> {
    return this.#values;
  }

  /** Whether the body is written by hand. */
  get isRaw(): boolean {
    return this.#isRaw;
  }

  get body(): string {
    return this.#body;
  }

  token = '';

  /** Why nothing was sent. */
  get fault(): TrialFault | null {
    return this.#fault;
  }

  get problem(): string | null {
    return this.#problem;
  }

  get reply(): TryReply | null {
    return this.#reply;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Called when anything is another. */
  onChange: () => void = () => undefined;

  /** Begin with the example, unless the fields are the same as before. */
  begin(use: UseReply): void {
    const known = this.#use;
    this.#use = use;
    const isSame = known !== null && JSON.stringify(known) === JSON.stringify(use);
    if (!isSame) {
      this.#values = new Map(use.inputs.map(it => [keyOf(it), shownText(it)]));
      this.#isRaw = !use.inputs.some(hasField);
      this.#body = use.body;
    }
  }

  write(input: InputItem, text: string): void {
    this.#values = new Map(this.#values).set(keyOf(input), text);
    this.#forget();
  }

  writeBody(text: string): void {
    this.#body = text;
    this.#forget();
  }

  /** Write by hand what the fields would send, or go back to the fields. */
  beRaw(isRaw: boolean): void {
    if (isRaw && this.#use) {
      const made = bodyOf(this.#use.inputs, this.#values);
      this.#body = typeof made === 'string' ? laidOut(made) : this.#body;
    }
    this.#isRaw = isRaw;
    this.#forget();
  }

  async ask(): Promise<void> {
    if (this.#isBusy || this.#use === null) {
      return;
    }
    const body = this.#isRaw ? this.#body : bodyOf(this.#use.inputs, this.#values);
    this.#forget();
    if (typeof body !== 'string') {
      this.#fault = body;
      this.onChange();
      return;
    }
    this.#isBusy = true;
    this.onChange();
    try {
      this.#reply = await this.send({ body, token: this.token || null });
    } catch (error) {
      this.#problem = words(error);
    }
    this.#isBusy = false;
    this.onChange();
  }

  #forget(): void {
    this.#fault = null;
    this.#problem = null;
    this.#reply = null;
    this.onChange();
  }

  #use: UseReply | null = null;
  #values = new Map<string, string>();
  #isRaw = false;
  #body = '';
  #fault: TrialFault | null = null;
  #problem: string | null = null;
  #reply: TryReply | null = null;
  #isBusy = false;
}

/** What tells a column from a param of the same name. */
export function keyOf(input: Pick<InputItem, 'name' | 'kind'>): string {
  return `${input.kind}:${input.name}`;
}

/** Whether it is worth a field: data of any form is written as JSON. */
export function hasField({ kind }: Pick<InputItem, 'kind'>): boolean {
  return kind === 'column' || kind === 'tensor';
}

/** The text that a field begins with; texts stand without their quotes. */
export function shownText(input: InputItem): string {
  if (input.value === null || input.value === 'null') {
    return '';
  }
  return TEXTS.has(input.type) && input.value.startsWith('"')
    ? String(JSON.parse(input.value))
    : input.value;
}

/** A text as JSON of a type; null if it is no value of that type, undefined for none at all. */
export function valueOf(type: string, text: string): string | null | undefined {
  const trimmed = text.trim();
  if (type === 'string') {
    return text === '' ? undefined : JSON.stringify(text);
  }
  if (trimmed === '') {
    return undefined;
  }
  if (WHOLE.has(type)) {
    // the digits as they stand: a long has more of them than a number here can hold
    return /^-?(0|[1-9]\d*)$/.test(trimmed) ? trimmed : null;
  }
  if (FRACTIONS.has(type)) {
    return Number.isFinite(Number(trimmed)) ? String(Number(trimmed)) : null;
  }
  if (type === 'boolean') {
    return trimmed === 'true' || trimmed === 'false' ? trimmed : null;
  }
  if (TEXTS.has(type)) {
    return JSON.stringify(trimmed);
  }
  try {
    JSON.parse(trimmed);
    return trimmed;
  } catch {
    return null;
  }
}

/** A field with its value as JSON. */
type Pair = readonly [name: string, value: string];

/** The request that fields make, or the first field that is wrong. */
export function bodyOf(
  inputs: readonly InputItem[],
  values: ReadonlyMap<string, string>
): string | TrialFault {
  const data: Pair[] = [];
  const params: Pair[] = [];
  for (const input of inputs) {
    const { name, type, required, kind } = input;
    const text = values.get(keyOf(input)) ?? '';
    const value = text === '' && type === 'string' && required ? '""' : valueOf(type, text);
    if (value === null || (value === undefined && required && kind !== 'param')) {
      return { name, type, isMissing: value === undefined };
    }
    if (value !== undefined) {
      (kind === 'param' ? params : data).push([name, value]);
    }
  }
  const told = params.length > 0 ? `, "params": ${objectOf(params)}` : '';
  return `{${dataOf(inputs, data)}${told}}`;
}

/** The part of a request that holds the data. */
function dataOf(inputs: readonly InputItem[], data: readonly Pair[]): string {
  const columns = inputs.filter(it => it.kind === 'column');
  if (columns.length === 0) {
    const [first] = data;
    const isAlone = data.length === 1 && first?.[0] === 'inputs';
    return `"inputs": ${isAlone ? first[1] : objectOf(data)}`;
  }
  // columns without names are called by their places
  return columns.every(it => /^\d+$/.test(it.name))
    ? `"inputs": [[${data.map(([, value]) => value).join(', ')}]]`
    : `"dataframe_records": [${objectOf(data)}]`;
}

function objectOf(pairs: readonly Pair[]): string {
  return `{${pairs.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(', ')}}`;
}

/** JSON on lines of its own; what is none stays as it is. */
export function laidOut(text: string): string {
  // a number with more digits than JavaScript keeps must not be changed by laying it out
  if (/\d{16,}/.test(text)) {
    return text;
  }
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
