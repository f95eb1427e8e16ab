/**
 * What an operator changes of a load under way. `atOffsetMs` counts from the start of the load's timeline, as due times
 * do; it lies ahead of what any driver may have sent by the time it hears of it.
 */
export type LoadChange = { readonly atOffsetMs: number } & (
  | {
      /** So many claims a second for the rest of the phase that is under way, or of the next one between two phases. */
      readonly kind: 'rate';
      readonly qps: number;
    }
  | {
      /** Nothing falls due until the load is resumed; what is left of it is then as long as before. */
      readonly kind: 'pause';
    }
  | { readonly kind: 'resume' }
  | {
      /** The last phase goes on for longer, as it was. */
      readonly kind: 'extend';
      readonly byMs: number;
    }
);
