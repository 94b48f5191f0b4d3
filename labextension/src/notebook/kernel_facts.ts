/**
 * What a kernel says about tracking, asked without running a cell or touching its history.
 */
import type { Kernel } from '@jupyterlab/services';

/** How tracking stands in a kernel. */
export interface KernelFacts {
  /** Which cells become runs; null where nbtrack is not loaded. */
  track: 'all' | 'cells' | 'off' | null;
  /** The executions that were written down. */
  recorded: number;
  /** Why the result of a tracked cell does not follow any more, by the cell's id. */
  stale: Record<string, string>;
  /** False where there was no time to look at all cells. */
  is_complete: boolean;
}

/** The facts of a kernel that knows nothing of nbtrack. */
export const NOTHING: KernelFacts = { track: null, recorded: 0, stale: {}, is_complete: true };

const MEDIA_TYPE = 'application/vnd.nbtrack.session+json';
const MODULE = 'nbtrack.hosts.notebook.kernel_facts';
const FACTS = `__import__("${MODULE}", fromlist=["_"])`;
const IS_LOADED = '"nbtrack.hosts.notebook.extension" in __import__("sys").modules';

/** A kernel that could not do what was asked, in its own words. */
export class KernelRefusal extends Error {}

/** How tracking stands; a kernel without nbtrack answers `NOTHING`. */
export async function askKernel(
  kernel: Kernel.IKernelConnection,
  stale: boolean
): Promise<KernelFacts> {
  const told = stale ? 'True' : 'False';
  const text = `${FACTS}.kernel_facts(stale=${told}) if ${IS_LOADED} else None`;
  try {
    return await evaluated(kernel, text);
  } catch (error) {
    if (error instanceof KernelRefusal) {
      return NOTHING;
    }
    throw error;
  }
}

/** Record every cell of a kernel from now on, or only those with `%%track`. */
export async function setTracking(
  kernel: Kernel.IKernelConnection,
  state: 'on' | 'off'
): Promise<KernelFacts> {
  return evaluated(kernel, `${FACTS}.set_tracking("${state}")`);
}

async function evaluated(kernel: Kernel.IKernelConnection, text: string): Promise<KernelFacts> {
  const future = kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    user_expressions: { nbtrack: text },
    allow_stdin: false,
    stop_on_error: false
  });
  const { content } = await future.done;
  return factsOf(content);
}

/** The facts in a kernel's reply. */
export function factsOf(content: object): KernelFacts {
  const { user_expressions: told } = content as { user_expressions?: Record<string, Told> };
  const answer = told?.['nbtrack'];
  if (answer?.status === 'error') {
    throw new KernelRefusal(`${answer.ename ?? ''}: ${answer.evalue ?? ''}`);
  }
  return { ...NOTHING, ...(answer?.data?.[MEDIA_TYPE] as Partial<KernelFacts> | undefined) };
}

interface Told {
  status: string;
  data?: Record<string, unknown>;
  ename?: string;
  evalue?: string;
}
