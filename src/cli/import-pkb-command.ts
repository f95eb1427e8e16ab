import { Command } from 'commander';
import { readSpecFile } from '../spec/read-file.ts';
import { schemaFor, writeSpec } from './init-command.ts';
import { repeatable } from './options.ts';

interface ImportOptions {
  flag: string[];
  output?: string;
  force?: boolean;
}

/** `sandtide import-pkb FILE [-- --agent_sandbox_qps=20 ...]`: a PerfKitBenchmarker config as a spec. */
export function importPkbCommand(): Command {
  return new Command('import-pkb')
    .description('Turn a PerfKitBenchmarker config of its agent_sandbox benchmark into a spec')
    .argument('<file>', 'the config, YAML')
    .argument('[flags...]', "PerfKitBenchmarker's flags, after --: -- --agent_sandbox_qps=20")
    .addOption(repeatable('--flag <name=value>', 'one of its flags, as agent_sandbox_qps=20; repeatable'))
    .option('--output <file>', 'where to write the spec (default: standard output)')
    .option('--force', 'even over an existing file')
    .action(async (file: string, flags: string[], { flag, output, force }: ImportOptions) => {
      const [{ importConfig }, { importedYaml }] = await Promise.all([
        import('../pkb/import-config.ts'),
        import('../pkb/imported-yaml.ts'),
      ]);
      const imported = importConfig(await readSpecFile(file), [...flags, ...flag]);
      if (output === undefined) {
        process.stdout.write(importedYaml(imported, file, null));
        return;
      }
      await writeSpec(output, importedYaml(imported, file, schemaFor(output)), force === true);
      const left = imported.left.map((line) => `left behind: ${line}\n`).join('');
      process.stdout.write(`${left}wrote ${output}; \`sandtide plan ${output}\` shows what it would do\n`);
    });
}
