import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UnworkableError } from '../domain/errors.ts';
import { runGo } from './go-command.ts';
import { type PinnedProgram, pinnedProgram, type ToolName } from './pinned-programs.ts';
import type { ProgramName } from './programs.ts';
import { isExecutable } from './tool-cache.ts';
import type { ToolchainSetting } from './toolchain-setting.ts';

/** The environment that Go runs in: the user's own, without what would make another program of it. */
export function goEnvironment({
  env,
  offline,
}: Pick<ToolchainSetting, 'env' | 'offline'>): NodeJS.ProcessEnv {
  const { GOOS: _system, GOARCH: _architecture, ...rest } = env;
  return {
    ...rest,
    CGO_ENABLED: '0',
    GO111MODULE: 'on',
    // No Go is fetched behind the user's back.
    GOTOOLCHAIN: 'local',
    GOWORK: 'off',
    ...(offline ? { GOPROXY: 'off' } : {}),
  };
}

/** Copies a tool's go.mod and go.sum, because their own folder may be read-only or in node_modules. */
export async function copyModule(tool: ToolName, setting: ToolchainSetting, folder: string): Promise<string> {
  const module = join(folder, 'module');
  await mkdir(module);
  for (const file of ['go.mod', 'go.sum'])
    await copyFile(join(setting.modules(), tool, file), join(module, file));
  return module;
}

export interface Build {
  go: string;
  tool: ToolName;
  names: readonly ProgramName[];
  /** An empty folder to work in. */
  folder: string;
}

/**
 * Builds programs of one tool in one go. Versions and checksums come from the tool's go.mod and go.sum, which Go may
 * not change.
 * @returns the built file of each
 */
export async function build(
  { go, tool, names, folder }: Build,
  setting: ToolchainSetting,
  signal: AbortSignal,
): Promise<Map<ProgramName, string>> {
  const cwd = await copyModule(tool, setting, folder);
  const programs = names.map((name) => pinnedProgram(name));
  const binaries = join(folder, 'bin');
  const flags = ['-mod=readonly', '-buildvcs=false', '-ldflags', '-s -w'];
  const object = programs.map(({ name, version }) => `${name} ${version}`).join(', ');
  await runGo(
    {
      go,
      arguments: ['install', ...flags, ...programs.map((program) => program.package)],
      cwd,
      env: { ...goEnvironment(setting), GOBIN: binaries },
      object,
    },
    signal,
  );
  const files = programs.map(({ name, builtAs }): [ProgramName, string] => [name, join(binaries, builtAs)]);
  for (const [index, [, file]] of files.entries()) await requireBuilt(file, programs[index]!);
  return new Map(files);
}

async function requireBuilt(file: string, { name, version, builtAs }: PinnedProgram): Promise<void> {
  if (await isExecutable(file)) return;
  throw new UnworkableError({
    object: `${name} ${version}`,
    what: `go install ended well and left no ${builtAs}`,
    next: 'name a program that you have by its variable',
  });
}
