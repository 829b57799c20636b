#!/usr/bin/env node
// The executable. Where address space is limited it starts anew with smaller WebAssembly memories; where Node can keep
// compiled code (22.1 and later) and the user has a folder for caches, it does.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { startsAnew } from './address-space.js';

if (!startsAnew()) {
  const { XDG_CACHE_HOME, HOME } = process.env;
  const caches = XDG_CACHE_HOME || (HOME && `${HOME}/.cache`);
  // Never in a folder that others can write to. NODE_DISABLE_COMPILE_CACHE turns it off, NODE_COMPILE_CACHE says another.
  if (module.enableCompileCache && caches && existsSync(caches))
    module.enableCompileCache(`${caches}/convtool`);

  const { main, processHost } = await import('../dist/program/main.js');
  process.exitCode = await main(process.argv, processHost());
}
