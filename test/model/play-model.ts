import type { Lease } from '../../src/domain/lease.ts';
import { laterLease } from '../../src/domain/lease.ts';
import type { OperatorAction } from '../../src/domain/operator-actions.ts';
import { extendedUntil, refusal } from '../../src/domain/operator-actions.ts';
import { leaseAfter } from '../../src/domain/guarding.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { planOf } from '../domain/sample-plan.ts';
import type { GuardFaults } from './guard-model.ts';
import { ModelGuard } from './guard-model.ts';
import type { Answer, Ask } from './machine.ts';
import { Process } from './machine.ts';
import type { Asker } from './model-world.ts';
import { ModelWorld, TICK_MS } from './model-world.ts';
import { brokenRules } from './rules.ts';
import type { ModelLife, RunCalls } from './run-model.ts';
import { beginModelLife, liveRun, TIMES } from './run-model.ts';
import type { Command, Scene } from './scenes.ts';

/** Faults planted in what is modelled. */
export interface PlantedFaults extends GuardFaults {
  /** Activities of an execution that was not put under guard are not refused. */
  refusesNobody?: true;
}

/** An update of an operator, as a reset may bring it back. */
interface Word {
  action: OperatorAction;
  stage: 'create-cluster' | 'install-agent-sandbox' | 'run-claims';
  hold: number;
  afterAnswers: number;
}

interface Execution extends Asker {
  owner: string;
  plan: Plan;
  byReset: boolean;
  life: ModelLife;
  process: Process<unknown>;
  words: Word[];
}

/** So many ticks without an end are an end that never comes. */
const MOST_TICKS = 5_000;
const ACTIONS = {
  retry: 'retryStage',
  skip: 'skipStage',
  extend: 'extendHold',
  'tear-down': 'tearDown',
} as const;

/** Plays a scene in virtual time; which rules were broken, in a sentence each. */
export function playModel(scene: Scene, faults: PlantedFaults = {}): string[] {
  return new ModelServer(scene, faults).play();
}

class ModelServer {
  readonly #scene: Scene;
  readonly #faults: PlantedFaults;
  readonly #world: ModelWorld;
  readonly #guard: ModelGuard;
  readonly #owners: string[] = [];
  #newest: Execution | null = null;
  #executions = 0;

  constructor(scene: Scene, faults: PlantedFaults) {
    this.#scene = scene;
    this.#faults = faults;
    this.#world = new ModelWorld(scene);
    const isOpen = (owner: string) => this.#open()?.owner === owner;
    const endRun = (owner: string, how: 'cancel' | 'terminate') => {
      if (isOpen(owner)) this.#act({ type: how });
    };
    this.#guard = new ModelGuard(this.#world, { isOpen, endRun }, faults);
  }

  play(): string[] {
    this.#start();
    for (const command of this.#scene.commands) {
      this.#act(command);
      this.#pass(command.type === 'pause' ? command.ticks : 1);
    }
    this.#world.heal();
    for (let ticks = 0; ticks < MOST_TICKS && !this.#isOver(); ticks += 1) this.#pass(1);
    const endless = this.#isOver() ? [] : ['run or guard never end'];
    const left = this.#owners.flatMap((owner) => this.#world.left(owner)).map((thing) => `${thing} is left`);
    const rules = this.#owners.flatMap((owner) =>
      brokenRules(this.#world.acts.filter((act) => act.owner === owner)),
    );
    return [...endless, ...left, ...this.#world.violations, ...rules];
  }

  #isOver(): boolean {
    return this.#open() === null && this.#guard.entries.size === 0;
  }

  #open(): Execution | null {
    const newest = this.#newest;
    return newest !== null && newest.goneAtMs === null && newest.process.result === null ? newest : null;
  }

  #pass(ticks: number): void {
    for (let tick = 0; tick < ticks; tick += 1) {
      this.#world.tick();
      for (let moved = true; moved;) {
        moved = this.#open()?.process.step(this.#world.nowMs) ?? false;
        moved = this.#guard.step() || moved;
      }
    }
  }

  #start(): void {
    const owner = `owner-${this.#owners.length}`;
    this.#owners.push(owner);
    const seconds =
      this.#scene.leaseTicks === null ? 3_600 : Math.ceil((this.#scene.leaseTicks * TICK_MS) / 1000);
    const leaseCap = `${Math.max(seconds, 7_200)}s`;
    const plan = planOf({ lease: `${seconds}s`, leaseCap, nowMs: this.#world.nowMs });
    this.#newest = this.#execution({ owner, plan, byReset: false }, [], this.#world.nowMs);
  }

  #execution(
    of: Pick<Execution, 'owner' | 'plan' | 'byReset'>,
    answers: readonly Answer[],
    startedAtMs: number,
  ): Execution {
    this.#executions += 1;
    const name = `sandboxRun/${this.#executions}`;
    const life = beginModelLife(of.plan, this.#scene.holds, startedAtMs);
    const execution = { ...of, name, life, goneAtMs: null, words: [] } as unknown as Execution;
    execution.process = new Process(liveRun(life, this.#callsOf(execution)), answers);
    return execution;
  }

  #act(command: Command): void {
    const open = this.#open();
    switch (command.type) {
      case 'pause':
        return;
      case 'kill-worker':
        return this.#world.killWorkers();
      case 'cancel':
        if (open !== null) open.process.cancelRequested = true;
        return;
      case 'terminate':
        if (open !== null) open.goneAtMs = this.#world.nowMs;
        return;
      case 'start-again':
        return open === null ? this.#start() : undefined;
      case 'reset':
        return this.#reset(command);
      case 'retry':
      case 'skip':
      case 'extend':
      case 'tear-down':
        if (open !== null) this.#say(open, command);
    }
  }

  #reset({ to, reapply }: Extract<Command, { type: 'reset' }>): void {
    const before = this.#newest;
    if (before === null) return;
    before.goneAtMs ??= this.#world.nowMs;
    const { owner, plan, process, words } = before;
    const kept = process.answers.slice(0, Math.round((to / 100) * process.answers.length));
    if (kept.length === process.answers.length && process.result !== null) kept.pop();
    this.#newest = this.#execution({ owner, plan, byReset: true }, kept, 0);
    const later = words.filter(({ afterAnswers }) => afterAnswers >= kept.length);
    if (reapply) for (const word of later) this.#hear(this.#newest, word);
  }

  #say(open: Execution, { type, hold }: Extract<Command, { hold: unknown }>): void {
    const present = open.life.hold;
    this.#hear(open, {
      action: ACTIONS[type],
      stage: (present?.stage ?? 'run-claims') as Word['stage'],
      hold: (present?.number ?? 1) + (hold === 'present' ? 0 : 1),
      afterAnswers: open.process.answers.length,
    });
  }

  /** As workflows/operators.ts: a word that is refused changes nothing. */
  #hear(execution: Execution, word: Word): void {
    const { hold, plan } = execution.life;
    const reason = refusal(word.action, word, hold, { useExisting: false });
    if (reason !== null || hold === null || hold.decision !== null) return;
    execution.words.push({ ...word, afterAnswers: execution.process.answers.length });
    switch (word.action) {
      case 'retryStage':
        return void (hold.decision = 'retry');
      case 'skipStage':
        return void (hold.decision = 'skip');
      case 'tearDown':
        return void (hold.decision = 'tear-down');
      case 'extendHold': {
        const entry = this.#guard.entries.get(execution.owner);
        if (entry === undefined) return;
        const wanted = Math.ceil((hold.untilMs + TIMES.extendMs + TIMES.neededMs) / 1000);
        entry.lease = leaseAfter(entry.lease, plan, wanted);
        const latestMs = entry.lease.leaseUntilSeconds * 1000 - TIMES.teardownDeadlineMs;
        hold.untilMs = Math.max(hold.untilMs, extendedUntil(hold, TIMES.extendMs, latestMs));
      }
    }
  }

  #callsOf(execution: Execution): RunCalls {
    const world = this.#world;
    const { owner, name, plan } = execution;
    const refusedFor = (entered: string | null) => () =>
      entered !== null && entered !== name && this.#faults.refusesNobody !== true ? 'Reset' : null;
    const deadlineMs = TIMES.teardownDeadlineMs;
    return {
      step: (life, id) =>
        world.activity(execution, world.step(owner, id, execution, refusedFor(life.entered)), {
          cancellable: true,
        }),
      undo: (life, id) =>
        world.activity(execution, world.undo(owner, id, execution, refusedFor(life.entered)), { deadlineMs }),
      left: () =>
        world.activity(
          execution,
          world.look('left', () => world.left(owner)),
        ),
      release: () =>
        world.activity(
          execution,
          world.look('release', () => this.#guard.release(owner, name)),
        ),
      leaseNow: (life) => this.#guard.entries.get(owner)?.lease ?? life.lease,
      watch: (life, wish) => this.#watch(execution, plan, life, wish),
    };
  }

  /** The activity `watchRun`: it asks once, however often it is tried. */
  #watch(execution: Execution, plan: Plan, life: ModelLife, wish: Parameters<RunCalls['watch']>[1]): Ask {
    const { name: executionRunId, owner, byReset } = execution;
    const { entered, lease } = life;
    const { toUnwind, extendToSeconds, deadlineMs } = wish;
    const begin = () => {
      const afterReset = byReset && entered !== executionRunId;
      const asked = this.#guard.watch({
        ...{ owner, toUnwind, plan, executionRunId, afterReset, extendToSeconds },
        lease: afterReset ? laterLease(lease, leaseFrom(plan, this.#world.nowMs)) : lease,
      });
      const until = deadlineMs === null ? Infinity : this.#world.nowMs + deadlineMs;
      let cancelled = false;
      const late = () => this.#world.nowMs >= until;
      return {
        done: () => asked.result !== null || cancelled || late(),
        cancel: () => (cancelled = true),
        value: () =>
          asked.result !== null
            ? { ok: true, value: { executionRunId, lease: asked.result.value } }
            : { ok: false, type: cancelled ? 'Cancelled' : 'TimedOut' },
      };
    };
    return { begin, atMs: null, cancellable: !toUnwind };
  }
}

/** A lease as long as the plan's was, from now on. */
function leaseFrom({ leaseUntilSeconds, leaseCapSeconds }: Plan, nowMs: number): Lease {
  const nowSeconds = Math.ceil(nowMs / 1000);
  return {
    leaseUntilSeconds: nowSeconds + Math.min(leaseUntilSeconds, 3_600),
    leaseCapSeconds: nowSeconds + leaseCapSeconds,
  };
}
