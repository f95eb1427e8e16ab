import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { UnworkableError } from '../../domain/errors.ts';
import type { Place } from './place.ts';

/** A worker whose owner agrees to credential programs for every run that it works for. */
const ALLOW_EXEC = 'SANDTIDE_ALLOW_EXEC';

type Fields = Record<string, unknown>;

/** An entry of a kubeconfig, and the folder that its relative paths start from. */
interface Entry {
  fields: Fields;
  folder: string;
}

/**
 * A kubeconfig of that one context, read now: whoever rotates a credential in the file has changed it for the next call.
 * Throws `UnworkableError` where there is no such file or context, or where a program would have to be run that nobody
 * agreed to. It never quotes the file.
 */
export async function contextAccess(place: Place, env: NodeJS.ProcessEnv): Promise<string> {
  const files = await Promise.all(filesOf(place, env).map(readKubeconfig));
  const entryOf = (list: string, name: unknown, key: string): Entry | null => {
    for (const { document, folder } of files) {
      const entries = Array.isArray(document[list]) ? (document[list] as Fields[]) : [];
      const found = entries.find((entry) => entry?.['name'] === name)?.[key];
      if (isFields(found)) return { fields: found, folder };
    }
    return null;
  };
  const context = entryOf('contexts', place.context, 'context');
  if (context === null) throw unusable(place, 'there is no such context', files.length, env);
  const cluster = entryOf('clusters', context.fields['cluster'], 'cluster');
  const user = entryOf('users', context.fields['user'], 'user');
  if (cluster === null || user === null)
    throw unusable(place, 'it names a cluster or a user that is not there', files.length, env);
  refuseExec(place, user.fields, env);
  const name = place.context;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: absolute(cluster, ['certificate-authority']) }],
    users: [{ name, user: await userOf(place, user) }],
  });
}

function filesOf({ kubeconfig }: Place, env: NodeJS.ProcessEnv): string[] {
  const home = env['HOME'] ?? homedir();
  if (kubeconfig !== null)
    return [kubeconfig.startsWith('~/') ? join(home, kubeconfig.slice(2)) : kubeconfig];
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0 ? listed : [join(home, '.kube', 'config')];
}

/** A file of `KUBECONFIG` that is not there counts as empty, as it does for kubectl. */
async function readKubeconfig(path: string): Promise<{ document: Fields; folder: string }> {
  const folder = dirname(resolve(path));
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { document: {}, folder };
    throw unreadable(path, `it cannot be read (${code ?? 'unknown'})`);
  }
  let document: unknown;
  try {
    document = parse(text);
  } catch {
    throw unreadable(path, 'it is no YAML');
  }
  return { document: isFields(document) ? document : {}, folder };
}

function refuseExec(place: Place, user: Fields, env: NodeJS.ProcessEnv): void {
  const { exec } = user;
  if (!isFields(exec) && !isFields(user['auth-provider'])) return;
  if (place.allowExec || env[ALLOW_EXEC] === '1') return;
  const command = isFields(exec) && typeof exec['command'] === 'string' ? exec['command'] : 'auth-provider';
  throw new UnworkableError({
    object: `context ${place.context}`,
    what: `its user's credentials come from a program (${command}), which was not run`,
    next: `agree to it by \`allowExec: true\` in the spec's provider, or by ${ALLOW_EXEC}=1 on the worker`,
  });
}

/** With absolute paths, for nobody who reads it knows where the file was. */
async function userOf(place: Place, user: Entry): Promise<Fields> {
  const { tokenFile, exec, ...fields } = user.fields;
  const made = absolute({ ...user, fields }, ['client-certificate', 'client-key']);
  if (isFields(exec)) made['exec'] = { ...exec, command: commandPath(exec['command'], user.folder) };
  if (typeof tokenFile !== 'string') return made;
  const path = resolve(user.folder, tokenFile);
  const token = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, `the token of context ${place.context} cannot be read (${error.code})`);
  });
  return { ...made, token: token.trim() };
}

function absolute({ fields, folder }: Entry, keys: readonly string[]): Fields {
  const made = { ...fields };
  for (const key of keys) if (typeof made[key] === 'string') made[key] = resolve(folder, made[key]);
  return made;
}

/** As kubectl does it: a path is relative to the file, a bare name is looked for on PATH. */
function commandPath(command: unknown, folder: string): unknown {
  if (typeof command !== 'string' || isAbsolute(command) || !command.includes('/')) return command;
  return resolve(folder, command);
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function unusable(place: Place, what: string, count: number, env: NodeJS.ProcessEnv): UnworkableError {
  const [file] = filesOf(place, env);
  return new UnworkableError({
    object: `context ${place.context} of ${file}${count > 1 ? ` and ${count - 1} more` : ''}`,
    what: `${what} on this worker's machine`,
    next: 'see `kubectl config get-contexts` there, and correct provider.context or provider.kubeconfig',
  });
}

function unreadable(path: string, what: string): UnworkableError {
  return new UnworkableError({
    object: path,
    what,
    next: 'mend the file, or name another in provider.kubeconfig',
  });
}
