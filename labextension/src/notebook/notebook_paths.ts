/**
 * Where a notebook may be that a kernel named by its own path.
 */

/**
 * The paths from the server's root under which a notebook may be found, the likeliest first.
 *
 * @param notebook - As the kernel told it: from the root of the file system, or of the server.
 * @param root - The server's root folder, in which `~` may stand for the home folder.
 */
export function pathsOf(notebook: string, root: string): string[] {
  const path = notebook.replace(/\\/g, '/');
  const steps = path.split('/').filter(it => it !== '');
  const found: string[] = [];
  const top = root.replace(/\\/g, '/').replace(/\/$/, '');
  if (top && !top.startsWith('~') && path.startsWith(`${top}/`)) {
    found.push(path.slice(top.length + 1));
  } else if (top.startsWith('~/') && path.includes(`${top.slice(1)}/`)) {
    found.push(path.slice(path.indexOf(`${top.slice(1)}/`) + top.length));
  }
  for (let first = 0; first < steps.length; first += 1) {
    found.push(steps.slice(first).join('/'));
  }
  return [...new Set(found)];
}

/** Whether a path from the server's root may be the notebook that a kernel named. */
export function isSame(local: string, notebook: string): boolean {
  const path = notebook.replace(/\\/g, '/');
  return path === local || path.endsWith(`/${local}`);
}
