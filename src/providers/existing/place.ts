/** Where an existing cluster is reached from: a file and a name in it, both on the worker's machine. No secret. */
export interface Place {
  /** Absolute, or below the home folder (`~/`); null is what kubectl would read: `KUBECONFIG`, else `~/.kube/config`. */
  kubeconfig: string | null;
  context: string;
  /** The run agrees that the context's user gets its credentials from a program. */
  allowExec: boolean;
}

const DEFAULT = 'default';
const EXEC = '?exec';

/**
 * The place as a handle's location: `~/.kube/config#prod`, `default#prod`, with `?exec` before the `#` where programs may
 * be run. A file's name holds neither sign (the spec sees to that); a context's name may hold anything.
 */
export function locationOf({ kubeconfig, context, allowExec }: Place): string {
  return `${kubeconfig ?? DEFAULT}${allowExec ? EXEC : ''}#${context}`;
}

/** The place of a location. What has no `#` is a context of the default file. */
export function placeAt(location: string): Place {
  const at = location.indexOf('#');
  const file = at === -1 ? DEFAULT : location.slice(0, at);
  const allowExec = file.endsWith(EXEC);
  const kubeconfig = allowExec ? file.slice(0, -EXEC.length) : file;
  return {
    kubeconfig: kubeconfig === DEFAULT ? null : kubeconfig,
    context: at === -1 ? location : location.slice(at + 1),
    allowExec,
  };
}
