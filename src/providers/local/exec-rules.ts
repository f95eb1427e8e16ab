/** What the exec gate is told, in a file that only its owner may read. */
export interface ExecRules {
  /** Where the gate listens, on 127.0.0.1. */
  port: number;
  /** Where kwok does. */
  kwokPort: number;
  /** Folder with ca.crt, admin.crt and admin.key of the cluster. */
  keys: string;
  /** The one namespace whose pods may execute something. */
  namespace: string;
  /** The one command that they may execute, with its arguments. */
  command: string[];
  /** What kwok takes for the one namespace that it serves. */
  pass: string;
}

/** The path to ask kwok for, or why the request is refused. */
export type ExecVerdict = { allowed: true; path: string } | { allowed: false; reason: string };

/**
 * Judges the path that an API server asks a kubelet for: `/exec/<namespace>/<pod>/<container>?command=...`. What is
 * passed on is made anew from what was checked: nothing else of the request gets through.
 */
export function judgeExec(requested: string, rules: ExecRules): ExecVerdict {
  const url = URL.parse(requested, 'http://gate');
  const [, kind, namespace = '', pod = '', container = '', ...more] = url?.pathname.split('/') ?? [];
  if (url === null || kind !== 'exec' || more.length > 0) return refused('only exec is served');
  if (namespace !== rules.namespace) return refused(`exec is not allowed in namespace ${namespace}`);
  if (![pod, container].every((name) => /^[a-z0-9][a-z0-9.-]*$/.test(name)))
    return refused('no pod or no container is named');
  const command = url.searchParams.getAll('command');
  if (command.length !== rules.command.length || command.some((part, index) => part !== rules.command[index]))
    return refused('exec of this command is not allowed; only the workload of the run is');
  const asked = (stream: string) => isOn(url.searchParams.get(stream));
  if (asked('tty') || asked('input')) return refused('exec with a terminal or an input is not allowed');
  const passed = new URLSearchParams();
  for (const part of command) passed.append('command', part);
  for (const stream of ['output', 'error']) if (asked(stream)) passed.append(stream, '1');
  return { allowed: true, path: `/exec/${rules.pass}/${pod}/${container}?${passed.toString()}` };
}

function refused(reason: string): ExecVerdict {
  return { allowed: false, reason };
}

function isOn(value: string | null): boolean {
  return value !== null && !['', '0', 'false'].includes(value.toLowerCase());
}
