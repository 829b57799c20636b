// Writes the types of the exports of the WebAssembly modules, from the declarations in their AssemblyScript sources, so
// that each signature is written once.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The functions that a file exports, by name, as members of an interface. */
function exportedFunctions(path: string): Map<string, string> {
  const functions = readFileSync(path, 'utf8').matchAll(/^export function (\w+)\(([^)]*)\): (\w+)/gm);
  return new Map(
    Array.from(functions, ([, name, parameters, type]) => {
      // A bool parameter takes a boolean; a bool result is 0 or 1.
      const list = parameters!.replace(/: (\w+)/g, (_, own) => (own === 'bool' ? ': boolean' : ': number'));
      return [name!, `${name}(${list}): ${type === 'void' ? type : 'number'};`];
    }),
  );
}

/** Writes the exports of the module `entry` as the interface `name`. @throws if one has no declaration. */
export function writeWasmTypes(entry: string, name: string, out: string): void {
  const members = [...exportedFunctions(entry).values()];
  for (const [, names, from] of readFileSync(entry, 'utf8').matchAll(/^export \{([^}]*)\} from '(.*)'/gm)) {
    const functions = exportedFunctions(join(dirname(entry), `${from}.ts`));
    for (const one of names!.match(/\w+/g)!) {
      const member = functions.get(one);
      if (member === undefined)
        throw new Error(`build: ${entry} exports ${one}, which ${from}.ts does not declare`);
      members.push(member);
    }
  }
  mkdirSync(dirname(out), { recursive: true });
  const all = ['readonly memory: WebAssembly.Memory;', ...members];
  writeFileSync(out, `export interface ${name} {\n${all.join('\n')}\n}\n`);
}
