// Builds what `npm pack` packs; in a clone that was never set up, it installs the compiler first.
import { existsSync } from 'node:fs';
import { build, buildStudio, installNodePackages } from './steps.mjs';
import { nodeTool } from './tools.mjs';

if (!existsSync(nodeTool('typescript'))) await installNodePackages();
await build();
await buildStudio();
