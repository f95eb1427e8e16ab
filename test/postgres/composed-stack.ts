import { chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { execa } from 'execa';
import getPort, { portNumbers } from 'get-port';
import { createToolchain } from '../../src/toolchain/create-toolchain.ts';
import { OwnHome, PROJECT, type Started } from '../support/own-home.ts';
import { until } from '../support/until.ts';
import type { Places, PlainCommand } from './composed.ts';
import { commandOf, configOf, environmentOf, healthCheckOf, imageCommandOf } from './composed.ts';
import type { TemporalServer } from './programs.ts';

/** All of it starts cold, and perhaps beside other work. */
const PATIENCE = { timeoutMs: 5 * 60_000, everyMs: 250 };
/** PostgreSQL refuses to be root. */
const NOBODY = 65_534;

/** What docker-compose.yml composes, as plain processes on ports of their own. */
export class ComposedStack extends OwnHome {
  readonly #postgresBin: string;
  readonly #temporal: TemporalServer;
  readonly #asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  /** Where nobody can reach it, above which everybody may pass. */
  readonly #data = mkdtempSync(
    join(
      process.env['SANDTIDE_POSTGRES_FOLDER'] ?? (process.getuid?.() === 0 ? '/tmp' : tmpdir()),
      'sandtide-postgres-',
    ),
  );
  #ports = { postgres: 0, frontend: 0, metrics: 0 };
  #serverPorts: Record<string, string> = {};
  #postgres: { kill(signal: NodeJS.Signals): boolean; ended: Promise<unknown> } | null = null;
  #server: Started | null = null;
  #connection: Connection | null = null;
  worker!: Started;
  client!: Client;

  constructor(postgresBin: string, temporal: TemporalServer) {
    super();
    this.#postgresBin = postgresBin;
    this.#temporal = temporal;
  }

  get #places(): Places {
    return [
      ['/etc/temporal/schema', this.#temporal.schema],
      ['/etc/temporal/config/dynamicconfig', this.folder],
      ['/srv/sandtide/app', PROJECT.replace(/\/$/, '')],
      ['temporal:7233', `127.0.0.1:${this.#ports.frontend}`],
      ['0.0.0.0:9464', `127.0.0.1:${this.#ports.metrics}`],
      ['0.0.0.0', '127.0.0.1'],
      ['5432', String(this.#ports.postgres)],
    ];
  }

  get metricsUrl(): string {
    return `http://127.0.0.1:${this.#ports.metrics}`;
  }

  async prepare(): Promise<void> {
    // The database keeps the server's ports as numbers of sixteen bits with a sign.
    const port = () => getPort({ host: '127.0.0.1', port: portNumbers(20_000, 32_000) });
    this.#ports = { postgres: await port(), frontend: await port(), metrics: await port() };
    // Ports that a container has to itself.
    const names = [
      'FRONTEND_HTTP',
      'FRONTEND_MEMBERSHIP',
      'MATCHING_GRPC',
      'MATCHING_MEMBERSHIP',
      'HISTORY_GRPC',
    ];
    for (const name of [
      ...names,
      'HISTORY_MEMBERSHIP',
      'WORKER_GRPC',
      'WORKER_MEMBERSHIP',
      'INTERNAL_FRONTEND_HTTP',
    ])
      this.#serverPorts[`${name}_PORT`] = String(await port());
    this.#serverPorts['FRONTEND_GRPC_PORT'] = String(this.#ports.frontend);
    const bin = join(this.folder, 'bin');
    mkdirSync(bin);
    const work = { signal: AbortSignal.timeout(600_000), progress: () => undefined };
    symlinkSync((await createToolchain().find('temporal', work)).path, join(bin, 'temporal'));
    symlinkSync(this.#temporal.sqlTool, join(bin, 'temporal-sql-tool'));
    symlinkSync(process.execPath, join(bin, 'node'));
    this.env['PATH'] = [bin, this.#postgresBin, process.env['PATH']].join(delimiter);
    writeFileSync(join(this.folder, 'sandtide.yaml'), configOf('temporal-dynamic-config'));
  }

  /** As the image does at its first start: a cluster, its superuser by name and password, and a server. */
  async startPostgres(): Promise<void> {
    const { POSTGRES_USER = '', POSTGRES_PASSWORD = '' } = environmentOf('postgresql', []);
    const { uid, gid } = this.#asNobody;
    if (uid !== undefined && gid !== undefined) chownSync(this.#data, uid, gid);
    const password = join(this.#data, 'password');
    writeFileSync(password, POSTGRES_PASSWORD, { mode: 0o600 });
    if (uid !== undefined && gid !== undefined) chownSync(password, uid, gid);
    const own = { cwd: this.#data, env: this.env, extendEnv: false, ...this.#asNobody };
    const data = join(this.#data, 'data');
    await execa(
      join(this.#postgresBin, 'initdb'),
      ['--pgdata', data, '--username', POSTGRES_USER, '--pwfile', password, '--auth', 'scram-sha-256'],
      own,
    );
    const running = execa(
      join(this.#postgresBin, 'postgres'),
      ['-D', data, '-h', '127.0.0.1', '-p', String(this.#ports.postgres), '-k', this.#data],
      { ...own, reject: false },
    );
    this.#postgres = { kill: (signal) => running.kill(signal), ended: running };
    await until('PostgreSQL', async () => (await this.#isWell('postgresql')) || null, PATIENCE);
  }

  /** A service that ends: its output. Throws where it fails. */
  async oneShot(service: string): Promise<string> {
    const started = this.#start(commandOf(service, this.#places), { SQL_HOST: '127.0.0.1' });
    const code = await started.ended;
    if (code !== 0) throw new Error(`${service} ended with ${code}: ${started.output()}`);
    return started.output();
  }

  async startServer(): Promise<void> {
    const env = {
      ...environmentOf('temporal', this.#places),
      ...this.#serverPorts,
      POSTGRES_SEEDS: '127.0.0.1',
    };
    this.#server = this.#start({ program: this.#temporal.server, args: ['start'], env });
    await until(
      'the port of the Temporal server',
      () =>
        Connection.connect({ address: `127.0.0.1:${this.#ports.frontend}`, connectTimeout: '1s' }).then(
          (connection) => connection.close().then(() => true),
          () => {
            if (this.#server?.child.exitCode !== null) throw new Error(this.#server?.output());
            return null;
          },
        ),
      PATIENCE,
    );
  }

  async killServer(): Promise<void> {
    this.#server?.child.kill('SIGKILL');
    await this.#server?.ended;
  }

  async startWorker(): Promise<void> {
    const worker = this.#start(imageCommandOf('worker', this.#places));
    this.worker = worker;
    await until(
      'the worker',
      () => {
        if (worker.child.exitCode !== null) throw new Error(`the worker ended: ${worker.output()}`);
        return worker.output().includes('worker is polling') || null;
      },
      PATIENCE,
    );
    this.#connection = await Connection.connect({ address: `127.0.0.1:${this.#ports.frontend}` });
    this.client = new Client({ connection: this.#connection });
  }

  /** What the worker's health check ends with and says. */
  async workerHealth(): Promise<{ code: number | null; said: string }> {
    const asked = this.#start(healthCheckOf('worker', this.#places));
    return { code: await asked.ended, said: asked.output() };
  }

  /** `temporal ARGS`, to its end; its output. */
  async temporal(...args: string[]): Promise<string> {
    const command = this.start('temporal', [...args, '--address', `127.0.0.1:${this.#ports.frontend}`]);
    await command.ended;
    return command.output();
  }

  async end(): Promise<void> {
    await this.#connection?.close();
    this.#postgres?.kill('SIGINT'); // "fast": without waiting for clients
    await this.#postgres?.ended;
    this.dispose();
    rmSync(this.#data, { recursive: true, force: true });
  }

  async #isWell(service: string): Promise<boolean> {
    const asked = this.#start(healthCheckOf(service, this.#places), { PGPORT: String(this.#ports.postgres) });
    return (await asked.ended) === 0;
  }

  #start({ program, args, env }: PlainCommand, more: Record<string, string> = {}): Started {
    return this.start(program, args, { ...env, ...more });
  }
}
