/**
 * An endpoint that somebody is about to start: what was filled in, and why it cannot be started.
 */
import type { ModelReply, ServeWish } from '../records';

/** How traffic is shared with a second version; null for no second one. */
export type Sharing = NonNullable<ServeWish['how']> | null;

/** What was filled in; numbers as they were typed. */
export interface ServeFields {
  /** A version's number, or an alias with its sign: `@champion`. */
  which: string;
  name: string;
  port: string;
  workers: string;
  keep: boolean;
  follow: boolean;
  log: string;
  token: string;
  allow: boolean;
  sharing: Sharing;
  other: string;
  share: string;
  key: string;
}

/** Why a draft cannot be sent; the words come from who shows it. */
export type ServeFault = 'name' | 'port' | 'workers' | 'log' | 'share' | 'other';

/** The draft. */
export class ServeDraft {
  constructor(
    readonly page: ModelReply,
    which?: string
  ) {
    const first = which ?? this.choices[0] ?? '';
    this.fields = {
      which: first,
      name: page.model.name,
      port: '',
      workers: '1',
      keep: true,
      follow: false,
      log: '0',
      token: '',
      allow: false,
      sharing: null,
      other: this.choices.find(it => it !== first) ?? '',
      share: '50',
      key: ''
    };
  }

  fields: ServeFields;
  problem: string | null = null;
  isBusy = false;

  /** What can be served: aliases, then versions, the newest first. */
  get choices(): string[] {
    const aliases = Object.keys(this.page.model.aliases).map(it => `@${it}`);
    return [...aliases, ...this.page.versions.map(it => it.version)];
  }

  /** Whether an alias was chosen, which may be followed. */
  get isAlias(): boolean {
    return this.fields.which.startsWith('@');
  }

  /** The first thing that is wrong; null if it can be sent. */
  get fault(): ServeFault | null {
    const { name, port, workers, log, sharing, share, other, which } = this.fields;
    if (!/^[\w.-]+$/.test(name.trim())) {
      return 'name';
    }
    if (port.trim() && !isWhole(port, 1, 65535)) {
      return 'port';
    }
    if (!isWhole(workers, 1, 64)) {
      return 'workers';
    }
    if (!isBetween(log, 0, 100)) {
      return 'log';
    }
    if (sharing !== null && (!other || other === which)) {
      return 'other';
    }
    return sharing !== null && !isBetween(share, 0, 100) ? 'share' : null;
  }

  /** What is sent. */
  get wish(): ServeWish {
    const { name, port, workers, keep, follow, log, token, allow, sharing, other } = this.fields;
    const key = this.fields.key.trim();
    return {
      model_uri: this.#address(this.fields.which),
      name: name.trim(),
      port: port.trim() ? Number(port) : null,
      workers: Number(workers),
      keep,
      follow: follow && this.isAlias,
      log_rate: Number(log) / 100,
      token: token || null,
      allow_pickle: allow,
      ...(sharing === null
        ? {}
        : {
            other_uri: this.#address(other),
            how: sharing,
            share: Number(this.fields.share) / 100,
            key: key || null
          })
    };
  }

  #address(which: string): string {
    const { name } = this.page.model;
    return which.startsWith('@') ? `models:/${name}${which}` : `models:/${name}/${which}`;
  }
}

function isWhole(text: string, least: number, most: number): boolean {
  return /^\d+$/.test(text.trim()) && isBetween(text, least, most);
}

function isBetween(text: string, least: number, most: number): boolean {
  const value = Number(text);
  return text.trim() !== '' && value >= least && value <= most;
}
