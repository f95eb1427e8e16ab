/** Milliseconds of the clock that all processes of a machine share; a process's own epoch is an offset away from it. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
