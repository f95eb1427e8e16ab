import type { ComposeFile } from '../deploy/compose-file.ts';
import { readComposeFile, readDockerfile } from '../deploy/compose-file.ts';

/** A command of a container as a plain process has to be started. */
export interface PlainCommand {
  program: string;
  args: string[];
  env: Record<string, string>;
}

/** Where on this machine the things are that containers know by other names: `postgresql:5432` by `127.0.0.1:40001`. */
export type Places = readonly (readonly [inside: string, here: string])[];

const file: ComposeFile = readComposeFile();

/** What a service runs, word for word but for the places. */
export function commandOf(service: string, places: Places): PlainCommand {
  const { entrypoint, command } = serviceOf(service);
  return plain([...(entrypoint ?? []), ...(command ?? [])], service, places);
}

/** The health check of a service, in its environment. */
export function healthCheckOf(service: string, places: Places): PlainCommand {
  const [kind, ...words] = serviceOf(service).healthcheck?.test ?? [];
  if (kind !== 'CMD') throw new Error(`${service} has no health check of the kind CMD`);
  return plain(words, service, places);
}

/** What the Dockerfile's image runs, in the environment of that service. */
export function imageCommandOf(service: string, places: Places): PlainCommand {
  const word = (name: string) => {
    const line = new RegExp(`^${name} (\\[.*\\])$`, 'm').exec(readDockerfile())?.[1];
    return JSON.parse(line ?? 'null') as string[];
  };
  return plain([...word('ENTRYPOINT'), ...word('CMD')], service, places);
}

export function environmentOf(service: string, places: Places): Record<string, string> {
  const entries = Object.entries(serviceOf(service).environment ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, here(withDefaults(value), places)]));
}

/** A file that Compose writes in place. */
export function configOf(name: string): string {
  return file.configs?.[name]?.content ?? '';
}

function plain(words: string[], service: string, places: Places): PlainCommand {
  const [program = '', ...args] = words.map((word) => here(withDefaults(word), places));
  return { program, args, env: environmentOf(service, places) };
}

/** As Compose reads a value: `${NAME:-default}` where the variable is not set, `$$` for a dollar. */
function withDefaults(text: string): string {
  return text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1').replaceAll('$$', '$');
}

function here(text: string, places: Places): string {
  return places.reduce((changed, [inside, there]) => changed.replaceAll(inside, there), text);
}

function serviceOf(name: string): ComposeFile['services'][string] {
  const service = file.services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
}
