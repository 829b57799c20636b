#!/usr/bin/env node
// The executable. Restarts Node with smaller WebAssembly memories where address space is limited, and enables Node's compile
// cache (22.1 and later) where the user has a cache folder.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { restartsNode } from './address-space.js';

if (!restartsNode()) {
  const { XDG_CACHE_HOME, HOME } = process.env;
  const caches = XDG_CACHE_HOME || (HOME && `${HOME}/.cache`);
  // Never in a folder that other users can write to. NODE_DISABLE_COMPILE_CACHE turns the cache off, NODE_COMPILE_CACHE
  // names another folder.
  if (module.enableCompileCache && caches && existsSync(caches))
    module.enableCompileCache(`${caches}/convtool`);

  const { main, processHost } = await import('../dist/program/main.js');
  process.exitCode = await main(process.argv, processHost());
}
