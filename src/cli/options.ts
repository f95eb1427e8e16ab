import type { Command } from 'commander';
import { Option } from 'commander';

/** Where Temporal is; left out, the `temporal` CLI's profiles and environment decide. */
export function addTemporalOptions(command: Command): Command {
  return command
    .option(
      '--address <host:port>',
      'Temporal frontend (default: TEMPORAL_ADDRESS or the temporal CLI profile, else 127.0.0.1:7233)',
    )
    .option(
      '--namespace <name>',
      'Temporal namespace (default: TEMPORAL_NAMESPACE or the profile, else default)',
    );
}

/** Where a command was told to find Temporal. */
export interface TemporalOptions {
  address?: string;
  namespace?: string;
}

/** The same options again, for a command that is shown to be typed next: ` --address HOST:PORT`, or nothing. */
export function sameTemporal({ address, namespace }: TemporalOptions): string {
  return [
    ...(address === undefined ? [] : [` --address ${address}`]),
    ...(namespace === undefined ? [] : [` --namespace ${namespace}`]),
  ].join('');
}

/** An option that may be given as often as one likes; its values in order. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, description)
    .argParser((value: string, before: string[]) => [...before, value])
    .default([], 'none');
}

/** `-o, --output`: in which form the command prints; the first one unless told otherwise. */
export function outputOption(...forms: [string, ...string[]]): Option {
  return new Option('-o, --output <form>', 'in which form to print').choices(forms).default(forms[0]);
}
