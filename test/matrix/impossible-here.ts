/** Thrown by a row where this machine can't have the fault; says why. */
export class ImpossibleHere extends Error {}
