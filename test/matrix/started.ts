/** Whether a child process has ended, by itself or by a signal. */
export function isOver(child: { exitCode: number | null; signalCode: NodeJS.Signals | null }): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
