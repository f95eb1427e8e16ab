import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { UnworkableError } from '../domain/errors.ts';
import { PINNED_DOWNLOADS, type PinnedDownload, type Target } from './pinned-downloads.ts';

/** What a toolchain is made with. All of it has a default. */
export interface ToolchainOptions {
  /** PATH, the SANDTIDE_ variables, HOME, XDG_CACHE_HOME, and what Go reads. Default: the process's own. */
  env?: NodeJS.ProcessEnv;
  /** sandtide's folder in the user's cache; programs are in `tools/` of it. */
  cacheFolder?: string;
  /** The folder of go.mod files. Default: `tools/` of this package. */
  toolsFolder?: string;
  /** Replaces the scheme and host of every release site, as SANDTIDE_DOWNLOAD_BASE_URL does. */
  downloadBaseUrl?: string;
  pinnedDownloads?: readonly PinnedDownload[];
  target?: Target;
}

/** The options with their defaults resolved. */
export interface ToolchainSetting {
  env: NodeJS.ProcessEnv;
  /** `~/.cache/sandtide/tools`. */
  cache: string;
  /** The folder of go.mod files. */
  modules(): string;
  downloadBaseUrl: string | null;
  /** Nothing is fetched: no downloads, and Go builds from its module cache only. */
  offline: boolean;
  pinnedDownloads: readonly PinnedDownload[];
  target: Target;
}

export function resolveSetting(options: ToolchainOptions = {}): ToolchainSetting {
  const env = options.env ?? process.env;
  const base = options.downloadBaseUrl ?? env.SANDTIDE_DOWNLOAD_BASE_URL ?? '';
  return {
    env,
    cache: join(options.cacheFolder ?? defaultCacheFolder(env), 'tools'),
    modules: () => options.toolsFolder ?? packagedModules(import.meta.dirname),
    downloadBaseUrl: base === '' ? null : checkedBaseUrl(base),
    offline: isOn(env.SANDTIDE_OFFLINE),
    pinnedDownloads: options.pinnedDownloads ?? PINNED_DOWNLOADS,
    target: options.target ?? `${process.platform}-${process.arch}`,
  };
}

function defaultCacheFolder(env: NodeJS.ProcessEnv): string {
  const configured = env.XDG_CACHE_HOME ?? '';
  // The XDG specification has relative paths ignored.
  const caches = isAbsolute(configured) ? configured : join(env.HOME ?? homedir(), '.cache');
  return join(caches, 'sandtide');
}

function isOn(value = ''): boolean {
  return !['', '0', 'false', 'no'].includes(value.toLowerCase());
}

function checkedBaseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '');
  throw new UnworkableError({
    object: `SANDTIDE_DOWNLOAD_BASE_URL=${text}`,
    what: 'no http or https URL',
    next: 'correct the variable or unset it',
  });
}

/** Looks upward, because the compiled files lie deeper in the package than the sources. */
function packagedModules(from: string): string {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const modules = join(folder, 'tools');
    if (existsSync(join(modules, 'etcd', 'go.mod'))) return modules;
  }
  throw new UnworkableError({
    object: 'tools/etcd/go.mod',
    what: 'this installation of sandtide lacks its folder tools/',
    next: 'install sandtide again',
  });
}
