/**
 * The files of a run, read folder by folder, and the one that is looked at.
 */
import { Signal, type ISignal } from '@lumino/signaling';

import { fetchPlan } from '../components/artifact_kind';
import type { IArtifactContent } from '../components/artifact_preview';
import type { ArtifactItem, ArtifactsReply } from '../records';
import { words } from '../request';
import { Answer } from './answer';
import type { StoreReader } from './store_reader';

/** Folders, which are open, and what of the chosen file was fetched. */
export class ArtifactSource {
  constructor(
    private readonly reader: StoreReader,
    private readonly run_id: string
  ) {
    this.#content.changed.connect(() => this.#changed.emit());
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  get folders(): ReadonlyMap<string, readonly ArtifactItem[]> {
    return this.#folders;
  }

  get open(): ReadonlySet<string> {
    return this.#open;
  }

  get chosen(): ArtifactItem | null {
    return this.#chosen;
  }

  /** What was fetched of the chosen file; null until it is there. */
  get content(): IArtifactContent | null {
    const content = this.#content.value;
    return content?.file === this.#chosen ? content : null;
  }

  get problem(): string | null {
    return this.#problem ?? this.#content.problem;
  }

  /** Read the top folder, unless it was read. */
  readonly load = (): void => {
    if (!this.#isAsked) {
      this.#isAsked = true;
      void this.#read('');
    }
  };

  /** Read again what was read, unless that is under way. */
  refresh(): void {
    if (this.#reading) {
      return;
    }
    for (const path of this.#isAsked ? ['', ...this.#open] : []) {
      void this.#read(path);
    }
  }

  readonly toggle = (path: string, isOpen: boolean): void => {
    const open = new Set(this.#open);
    if (isOpen) {
      open.add(path);
      void this.#read(path);
    } else {
      open.delete(path);
    }
    this.#open = open;
    this.#changed.emit();
  };

  readonly choose = (file: ArtifactItem): void => {
    this.#chosen = file;
    void this.#content.reload();
  };

  /** Where all of a file can be had. */
  link(file: ArtifactItem): string {
    return this.reader.url(this.#filePath, { path: file.path, download: 1 });
  }

  /** Where a browser looks at it, in a tab of its own; no script of it runs there. */
  page(file: ArtifactItem): string {
    return this.reader.url(this.#filePath, { path: file.path, download: 0 });
  }

  dispose(): void {
    this.#content.clear();
    this.#forgetPicture();
    Signal.clearData(this);
  }

  async #read(path: string): Promise<void> {
    this.#reading += 1;
    try {
      const reply = await this.reader.get<ArtifactsReply>(`runs/${this.run_id}/artifacts`, {
        path
      });
      this.#folders = new Map(this.#folders).set(path, reply.files);
      this.#problem = null;
    } catch (error) {
      this.#problem = words(error);
    }
    this.#reading -= 1;
    this.#changed.emit();
  }

  async #fetch(signal: AbortSignal): Promise<IArtifactContent | null> {
    const file = this.#chosen;
    if (!file) {
      return null;
    }
    const plan = fetchPlan(file);
    if (!('bytes' in plan)) {
      return { file, kind: plan.kind, text: '', isWhole: true };
    }
    const headers: HeadersInit = plan.isWhole ? {} : { Range: `bytes=0-${plan.bytes - 1}` };
    const query = { path: file.path, download: 0 };
    const response = await this.reader.raw(this.#filePath, query, { headers, signal });
    const blob = await firstBytes(response, plan.bytes);
    const text = plan.kind === 'image' ? this.#pictureOf(blob, file) : await blob.text();
    return { file, kind: plan.kind, text, isWhole: plan.isWhole };
  }

  /** A picture needs its type to be shown; as an image no script of an SVG runs. */
  #pictureOf(blob: Blob, file: ArtifactItem): string {
    this.#forgetPicture();
    this.#picture = URL.createObjectURL(new Blob([blob], { type: file.media_type || blob.type }));
    return this.#picture;
  }

  #forgetPicture(): void {
    if (this.#picture) {
      URL.revokeObjectURL(this.#picture);
    }
    this.#picture = null;
  }

  get #filePath(): string {
    return `runs/${this.run_id}/artifacts/file`;
  }

  #isAsked = false;
  #reading = 0;
  #folders: ReadonlyMap<string, readonly ArtifactItem[]> = new Map();
  #open: ReadonlySet<string> = new Set();
  #chosen: ArtifactItem | null = null;
  #picture: string | null = null;
  #problem: string | null = null;
  #content = new Answer(signal => this.#fetch(signal));
  #changed = new Signal<this, void>(this);
}

/**
 * The first bytes of a file; the rest is not fetched, even if the server would send it.
 */
export async function firstBytes(response: Response, limit: number): Promise<Blob> {
  const reader = response.body?.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  while (reader && size < limit) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    parts.push(value);
    size += value.length;
  }
  await reader?.cancel();
  return new Blob(parts).slice(0, limit);
}
