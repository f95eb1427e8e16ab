import { createInterface } from 'node:readline/promises';
import type { Client } from '@temporalio/client';
import type { RunEnd } from './follow-run.ts';
import { followGuard, followRun } from './follow-run.ts';
import type { Interrupts } from './interrupts.ts';
import type { View } from './view.ts';

export interface Attendance {
  client: Client;
  runName: string;
  view: View;
  interrupts: Interrupts;
  /** The run goes on without this command. */
  canDetach: boolean;
  /** Settles when the worker that the run needs is lost; null where workers are somebody else's. */
  lost: Promise<void> | null;
}

/** What became of an attended run. */
export type AttendedEnd = RunEnd | { kind: 'detached'; runName: string } | { kind: 'lost'; message: string };

/** Shows a run until it ends, through interrupts: the first cancels (or asks), and cleaning up is waited for. */
export async function attend(attendance: Attendance): Promise<AttendedEnd> {
  const end = await untilEnd(attendance);
  // What is printed next has the terminal to itself; a report shows the steps again.
  if (end.kind === 'reported') attendance.view.pause();
  else attendance.view.close();
  return end;
}

async function untilEnd(attendance: Attendance): Promise<AttendedEnd> {
  const { client, runName, view, interrupts } = attendance;
  const leave = new AbortController();
  let detached = false;
  let lost = false;
  const detach = () => {
    detached = true;
    leave.abort();
  };
  interrupts.listen((count) => void onInterrupt(attendance, count, detach));
  void attendance.lost?.then(() => {
    lost = true;
    leave.abort();
  });
  const end = await followRun(client, runName, (status) => view.update(status), leave.signal);
  if (lost)
    return {
      kind: 'lost',
      message: 'the worker ended before the run did; any sandtide command cleans up what is left',
    };
  if (detached || end === null) return { kind: 'detached', runName };
  if (end.kind !== 'guarded') return end;
  view.note(`${end.message}; its guard cleans up`);
  const clean = await followGuard(client, runName, (status) => view.update(status), leave.signal);
  return clean
    ? { ...end, message: `${end.message}; its guard left nothing` }
    : { kind: 'lost', message: `${end.message}; the guard goes on hourly` };
}

async function onInterrupt(attendance: Attendance, count: number, detach: () => void): Promise<void> {
  const { client, runName, view, canDetach } = attendance;
  const cancel = () =>
    client.workflow
      .getHandle(runName)
      .cancel()
      .catch((error: Error) => view.note(`could not cancel: ${error.message}`));
  if (canDetach && count === 1 && process.stdin.isTTY && process.stderr.isTTY) {
    const choice = await ask(view);
    if (choice === 'detach') return detach();
    if (choice === 'continue') return;
    view.note('cancelling; everything is taken down first');
    await cancel();
    return;
  }
  if (count === 1) {
    view.note('cancelling; everything is taken down first (interrupt twice more to leave at once)');
    await cancel();
  } else if (canDetach || count >= 3) {
    detach();
  } else {
    view.note(
      'still taking everything down; once more leaves at once, and the next sandtide command cleans up',
    );
  }
}

/** Asks once what Ctrl-C was meant to do. */
async function ask(view: View): Promise<'detach' | 'cancel' | 'continue'> {
  view.pause();
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(
      'Leave the run going (d), cancel it and clean up (c), or go on watching (Enter)? ',
    );
    const letter = answer.trim().toLowerCase()[0];
    return letter === 'd' ? 'detach' : letter === 'c' ? 'cancel' : 'continue';
  } catch {
    return 'detach'; // a second Ctrl-C at the question
  } finally {
    terminal.close();
    view.resume();
  }
}
