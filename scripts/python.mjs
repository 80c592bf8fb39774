// Runs the sidecar's Python with the given arguments: node scripts/python.mjs -m ruff check py
import { python, runHere } from './tools.mjs';

process.exit(runHere(python, process.argv.slice(2)));
