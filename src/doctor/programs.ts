import type { Work } from '../domain/work.ts';
import type { ToolInventory } from '../toolchain/tool-inventory.ts';
import type { Finding } from './finding.ts';
import { ok, problem, warning } from './finding.ts';

/** What the local control plane's programs are found as. */
export interface FoundTool {
  name: string;
  version: string;
  /** An origin, or `missing`. */
  origin: string;
}

/** Which programs are there; those that aren't can still be got where `go` is one that builds them. */
export async function lookAtPrograms(
  inventory: ToolInventory['inventory'],
  findGo: () => Promise<string>,
  work: Work,
): Promise<Finding> {
  const tools = await inventory(work);
  const missing = tools.filter(({ origin }) => origin === 'missing');
  const go = missing.length === 0 ? null : await findGo().catch(() => null);
  return judgePrograms(tools, go);
}

/** `go` is the path of a Go that can build, null for none. */
export function judgePrograms(tools: readonly FoundTool[], go: string | null): Finding {
  const missing = tools.filter(({ origin }) => origin === 'missing').map(({ name }) => name);
  if (missing.length === 0) return ok('programs', `all ${tools.length} of the local control plane are here`);
  const says = `${missing.length} of ${tools.length} are missing: ${missing.join(', ')}`;
  if (go === null)
    return problem(
      'programs',
      `${says}; there is no Go 1.26 or later to build them with`,
      'install Go, or name programs that you have by their variables (docs/operations.md)',
    );
  return warning('programs', says, '`sandtide tools install` gets them, which may take ten minutes');
}
