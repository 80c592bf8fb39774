import { updateFiles } from './files.js';
import { root, staleGenerated } from './generated.js';

const stale = staleGenerated();
if (process.argv.includes('--check')) {
  for (const path of stale.keys()) {
    console.error(
      `mu2net: ${path} is not what the zod schemas say; run 'npm run generate' and commit it`,
    );
  }
  process.exitCode = stale.size > 0 ? 1 : 0;
} else {
  updateFiles(root, stale);
}
