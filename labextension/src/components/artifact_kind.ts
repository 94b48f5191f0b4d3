/**
 * How a file of a run can be shown, and how much of it is fetched for that.
 */
import type { ArtifactItem } from '../records';

/** A way to show a file. */
export type ArtifactKind =
  | 'html'
  | 'image'
  | 'json'
  | 'markdown'
  | 'model'
  | 'none'
  | 'table'
  | 'text';

/** What is fetched at most: the first part of texts, all of pictures. */
export const LIMITS: Readonly<Record<ArtifactKind, number>> = {
  html: 10_000_000,
  image: 20_000_000,
  json: 2_000_000,
  markdown: 500_000,
  model: 200_000,
  none: 0,
  table: 500_000,
  text: 500_000
};

/** Kinds of which the first part alone makes no sense. */
const WHOLE: readonly ArtifactKind[] = ['html', 'image', 'json', 'model'];

const ENDINGS: Readonly<Record<string, ArtifactKind>> = {
  bmp: 'image',
  cfg: 'text',
  csv: 'table',
  gif: 'image',
  htm: 'html',
  html: 'html',
  ini: 'text',
  ipynb: 'json',
  jpeg: 'image',
  jpg: 'image',
  json: 'json',
  log: 'text',
  md: 'markdown',
  png: 'image',
  py: 'text',
  r: 'text',
  sh: 'text',
  sql: 'text',
  svg: 'image',
  toml: 'text',
  tsv: 'table',
  txt: 'text',
  webp: 'image',
  yaml: 'text',
  yml: 'text'
};

const TEXT_TYPES = /^(text\/|application\/(xml|yaml|toml|javascript|x-python|x-sh|x-yaml))/;

/**
 * The way to show a file, by its name and then by its type.
 */
export function kindOf(file: Pick<ArtifactItem, 'path' | 'media_type'>): ArtifactKind {
  const name = nameOf(file.path);
  if (name === 'MLmodel') {
    return 'model';
  }
  const ending = name.includes('.') ? (name.split('.').pop() ?? '').toLowerCase() : '';
  const known = ENDINGS[ending];
  if (known) {
    return known;
  }
  if (file.media_type.startsWith('image/')) {
    return 'image';
  }
  return TEXT_TYPES.test(file.media_type) ? 'text' : 'none';
}

/** What to do about a file: fetch it, its first part, or only offer it. */
export type FetchPlan =
  | { readonly kind: ArtifactKind; readonly bytes: number; readonly isWhole: boolean }
  | { readonly kind: 'none' | 'large' };

/**
 * How much of a file is to be fetched; a large file is never fetched whole.
 */
export function fetchPlan(file: ArtifactItem): FetchPlan {
  const kind = kindOf(file);
  const size = file.file_size ?? 0;
  if (kind === 'none') {
    return { kind };
  }
  const limit = LIMITS[kind];
  if (size > limit && WHOLE.includes(kind)) {
    return { kind: 'large' };
  }
  return { kind, bytes: limit, isWhole: size <= limit };
}

/**
 * The last part of a path.
 */
export function nameOf(path: string): string {
  return path.split('/').pop() ?? path;
}
