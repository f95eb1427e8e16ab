import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLoopback, listenersOf, processesMarked } from './machine.ts';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = join(PROJECT, 'src/cli.ts');

/** A command that was started: its output so far, and how it ended. */
export interface Started {
  child: ChildProcess;
  output(): string;
  stdout(): string;
  readonly ended: Promise<number | null>;
}

/**
 * A home of its own for the commands of one test: state, reports and working folder are in one temporary folder, whose
 * path is in the environment of everything that is started, so that whatever is left can be found.
 */
export class OwnHome {
  readonly folder = mkdtempSync(join(tmpdir(), 'sandtide-e2e-'));
  readonly env: NodeJS.ProcessEnv = {
    ...process.env,
    NO_COLOR: '1',
    XDG_STATE_HOME: join(this.folder, 'state'),
    SANDTIDE_TEST_HOME: this.folder,
  };

  /** `sandtide ARGS` with the sources as they are. */
  sandtide(...args: string[]): Started {
    return this.start(process.execPath, [CLI, ...args]);
  }

  start(program: string, args: string[], more: NodeJS.ProcessEnv = {}): Started {
    const child = spawn(program, args, {
      cwd: this.folder,
      env: { ...this.env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [all, out]: [string[], string[]] = [[], []];
    child.stdout.on('data', (piece: Buffer) => {
      all.push(piece.toString());
      out.push(piece.toString());
    });
    child.stderr.on('data', (piece: Buffer) => all.push(piece.toString()));
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('close', resolve);
      child.once('error', reject);
    });
    return { child, output: () => all.join(''), stdout: () => out.join(''), ended };
  }

  processes() {
    return processesMarked(this.folder);
  }

  /** What is listened on beyond loopback by anything that this home started. */
  exposed(): string[] {
    return listenersOf(this.processes()).filter((address) => !isLoopback(address));
  }

  /** Processes, clusters and sessions that are still there: empty is what one wants. */
  leftovers(): string[] {
    const state = join(this.folder, 'state', 'sandtide');
    const kept = ['local', 'sessions'].flatMap((kind) => {
      const folder = join(state, kind);
      return existsSync(folder) ? readdirSync(folder).map((name) => `${kind}/${name}`) : [];
    });
    return [...this.processes().map(({ pid, command }) => `${pid} ${command.slice(0, 120)}`), ...kept];
  }

  /** Ends whatever a failed test left, so that it can't disturb the next one. */
  dispose(): void {
    for (const { pid } of this.processes()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // gone in the meantime
      }
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
