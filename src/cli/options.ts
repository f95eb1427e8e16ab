import type { Command } from 'commander';

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
