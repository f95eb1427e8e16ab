import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import getPort from 'get-port';
import { Client, Connection } from '@temporalio/client';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import { OwnHome, PROJECT } from '../support/own-home.ts';
import type { Started } from '../support/own-home.ts';
import { until } from '../support/until.ts';
import { openGate } from './gates.ts';
import { NO_FAULTS } from './worker-input.ts';
import type { WorkerInput } from './worker-input.ts';

const WORKER = join(PROJECT, 'test/matrix/faulty-worker.ts');

/** The machine of one cell: a Temporal server with its database on disk, workers, and a state folder of its own. */
export class CellHome extends OwnHome {
  readonly gateFolder = join(this.folder, 'gates');
  readonly workers: Started[] = [];
  server: Started | null = null;
  address = '';
  client!: Client;
  #temporal = '';
  #port = 0;
  #connection: Connection | null = null;

  /** The first time on an empty database, later on what the one before has left. */
  async startServer(): Promise<void> {
    if (this.#temporal === '') {
      const work = { signal: AbortSignal.timeout(600_000), progress: () => undefined };
      this.#temporal = (await createToolchain().find('temporal', work)).path;
      this.#port = await getPort({ host: '127.0.0.1' });
      this.address = `127.0.0.1:${this.#port}`;
    }
    const server = this.start(this.#temporal, [
      ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(this.#port)],
      ...['--db-filename', this.databaseFile, '--log-level', 'error'],
    ]);
    this.server = server;
    const connection = await until('the Temporal server', () => {
      if (server.child.exitCode !== null) throw new Error(`the Temporal server ended: ${server.output()}`);
      return Connection.connect({ address: this.address, connectTimeout: '1s' }).catch(() => null);
    });
    await this.#connection?.close();
    this.#connection = connection;
    this.client = new Client({ connection });
  }

  /** The one that was started last. */
  get worker(): Started {
    const last = this.workers.at(-1);
    if (last === undefined) throw new Error('no worker was started');
    return last;
  }

  async endWorker(signal: NodeJS.Signals): Promise<void> {
    const { worker } = this;
    worker.child.kill(signal);
    await worker.ended;
  }

  get databaseFile(): string {
    return join(this.folder, 'temporal.db');
  }

  async stopServer(signal: NodeJS.Signals): Promise<void> {
    this.server?.child.kill(signal);
    await this.server?.ended;
  }

  /** `through`: a program and its arguments in front of the worker's own, which it executes in the end. */
  async startWorker(
    input: Partial<WorkerInput> & Pick<WorkerInput, 'workflowBundle'>,
    faultsFile: string | null = null,
    through: readonly string[] = [],
  ): Promise<Started> {
    const inputFile = join(this.folder, 'worker-input.json');
    writeFileSync(inputFile, JSON.stringify({ ...NO_FAULTS, gateFolder: this.gateFolder, ...input }));
    const faults = faultsFile === null ? [] : [faultsFile];
    const command = [...through, process.execPath, WORKER, this.address, inputFile, ...faults];
    const [program = '', ...args] = command;
    const worker = this.start(program, args);
    this.workers.push(worker);
    await until('the worker', () => {
      if (worker.child.exitCode !== null) throw new Error(`the worker ended: ${worker.output()}`);
      return worker.output().includes('worker is polling') || null;
    });
    return worker;
  }

  /** `temporal ARGS`, to its end; its output. */
  async temporal(...args: string[]): Promise<string> {
    const command = this.start(this.#temporal, [...args, '--address', this.address]);
    await command.ended;
    return command.output();
  }

  openGates(input: Pick<WorkerInput, 'gates' | 'gatesBehind'>): void {
    for (const activity of [...input.gates, ...input.gatesBehind]) openGate(this.gateFolder, activity);
  }

  /** Folders, processes and ports of clusters: server and workers are the cell's own. */
  clustersLeft(): string[] {
    return this.leftovers().filter((left) => /^local\/|kube-|etcd|kwok|agent-sandbox|exec-gate/.test(left));
  }

  /** Ends everything that was started here, whatever became of it. */
  async end(): Promise<void> {
    await this.#connection?.close();
    this.dispose();
  }
}
