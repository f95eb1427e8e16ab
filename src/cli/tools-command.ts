import { Command } from 'commander';
import type { Work } from '../domain/work.ts';
import { pinnedProgram } from '../toolchain/pinned-programs.ts';
import type { FoundProgram } from '../toolchain/programs.ts';
import type { ToolInventory } from '../toolchain/tool-inventory.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';
import { outputOption } from './options.ts';
import { type OutputStream, progressLine } from './tool-progress.ts';

export interface ToolsCommandDeps {
  toolchain: Pick<Toolchain, 'findAll' | 'agentSandboxManifests'> & ToolInventory;
  /** Where results go. */
  out: OutputStream;
  /** Where progress goes. */
  err: OutputStream;
  /** Aborted on Ctrl-C; a build then stops and leaves nothing. */
  signal: AbortSignal;
}

/** A program as it is listed. */
interface ToolRow {
  name: string;
  version: string;
  /** An origin, or `missing`. */
  origin: string;
  path: string | null;
}

interface ToolsOptions {
  output: 'table' | 'json';
}

/**
 * `sandtide tools` lists where each program of the local control plane is, and gets none; `sandtide tools install`
 * gets them all. What fails leaves as the toolchain's own error.
 */
export function toolsCommand(deps: ToolsCommandDeps): Command {
  const command = new Command('tools').description(
    'Show where the programs of the local control plane come from, or get them',
  );
  command
    .addCommand(
      new Command('list')
        .description('list the programs: name, version, origin, path; gets none')
        .addOption(outputOption('table', 'json'))
        .action(async (options: ToolsOptions) => print(await list(deps), options, deps)),
      { isDefault: true },
    )
    .addCommand(
      new Command('install')
        .description('get every program that is missing: by download, or by a build with Go')
        .addOption(outputOption('table', 'json'))
        .action(async (options: ToolsOptions) => print(await install(deps), options, deps)),
    );
  return command;
}

async function list({ toolchain, signal }: ToolsCommandDeps): Promise<ToolRow[]> {
  const silent: Work = { signal, progress: () => undefined };
  return (await toolchain.inventory(silent)).map((entry) =>
    entry.origin === 'missing'
      ? { name: entry.name, version: entry.version, origin: 'missing', path: null }
      : row(entry),
  );
}

async function install({ toolchain, err, signal }: ToolsCommandDeps): Promise<ToolRow[]> {
  const line = progressLine(err);
  const work: Work = { signal, progress: (message) => line.show(message) };
  try {
    const names = (await toolchain.inventory(work)).map((entry) => entry.name);
    const found = await toolchain.findAll(names, work);
    // Here as well, so that a run after it needs neither Go nor the network.
    await toolchain.agentSandboxManifests(pinnedProgram('agent-sandbox-controller').version, work);
    return names.flatMap((name) => (found[name] === undefined ? [] : [row(found[name])]));
  } finally {
    line.end();
  }
}

function row({ name, version, origin, path }: FoundProgram): ToolRow {
  return { name, version, origin, path };
}

function print(rows: readonly ToolRow[], { output }: ToolsOptions, { out }: ToolsCommandDeps): void {
  out.write(output === 'json' ? `${JSON.stringify(rows, null, 2)}\n` : table(rows));
}

function table(rows: readonly ToolRow[]): string {
  const lines = [
    ['NAME', 'VERSION', 'ORIGIN', 'PATH'],
    ...rows.map((row) => [row.name, row.version, row.origin, row.path ?? '']),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
