/**
 * What an MLmodel file says, as far as a person asks: flavors, columns, when and with what.
 */
import type { ISpec } from './spec_table';

/** A model folder's card. */
export interface IModelCard {
  readonly flavors: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
  readonly inputs: readonly ISpec[];
  readonly outputs: readonly ISpec[];
  readonly params: readonly ISpec[];
}

/** Facts worth showing, in this order. */
const FACTS = ['model_id', 'run_id', 'utc_time_created', 'mlflow_version', 'model_size_bytes'];

/**
 * Read the lines that matter; the file's other keys stay for the text below the card.
 */
export function modelCard(text: string): IModelCard {
  const top = section(text, '');
  const signature = section(top.get('signature') ?? '', '  ');
  const facts: Record<string, string> = {};
  for (const name of FACTS) {
    const value = unquoted(top.get(name) ?? '');
    if (value) {
      facts[name] = value;
    }
  }
  return {
    flavors: [...section(top.get('flavors') ?? '', '  ').keys()],
    facts,
    inputs: columnsOf(signature.get('inputs')),
    outputs: columnsOf(signature.get('outputs')),
    params: columnsOf(signature.get('params'))
  };
}

/** The keys at one depth, each with all that stands below or behind it. */
function section(text: string, indent: string): Map<string, string> {
  const found = new Map<string, string>();
  let current = '';
  for (const line of text.split('\n')) {
    const match = /^( *)([^\s:#][^:]*):(.*)$/.exec(line);
    if (match && match[1] === indent) {
      current = match[2] ?? '';
      found.set(current, (match[3] ?? '').trim());
    } else if (current) {
      found.set(current, `${found.get(current) ?? ''}\n${line}`);
    }
  }
  return found;
}

/** Columns are written as JSON inside a quoted text, which may go over several lines. */
function columnsOf(written: string | undefined): ISpec[] {
  const text = unquoted((written ?? '').replace(/\n\s*/g, ' '));
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  return Array.isArray(parsed) ? parsed.map(columnOf) : [];
}

function columnOf(entry: unknown, index: number): ISpec {
  const given = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<
    string,
    unknown
  >;
  const tensor = given['tensor-spec'] as { dtype?: unknown; shape?: unknown } | undefined;
  const type = tensor
    ? `${String(tensor.dtype)} ${JSON.stringify(tensor.shape)}`
    : String(given.type ?? '');
  return {
    name: String(given.name ?? index),
    type,
    is_required: given.required !== false
  };
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  if (trimmed.startsWith("'") && trimmed.endsWith("'")) {
    return trimmed.slice(1, -1).replaceAll("''", "'");
  }
  if (trimmed.startsWith('"') && trimmed.endsWith('"')) {
    return trimmed.slice(1, -1).replaceAll('\\"', '"');
  }
  return trimmed;
}
