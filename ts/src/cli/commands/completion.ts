import { Argument, type Command } from 'commander';
import { candidatesFor } from '../completion/candidates.js';
import { recordedNames } from '../completion/names.js';
import { COMPLETE, SCRIPTS, SHELLS, type Shell } from '../completion/scripts.js';
import { defineCommand } from '../define-command.js';
import { print, printJson } from '../shell/output.js';

const HELP = `
Load it in the file that your shell reads when it starts:
  bash  ~/.bashrc                     source <(mu2net completion bash)
  zsh   ~/.zshrc, after compinit      source <(mu2net completion zsh)
  fish  ~/.config/fish/config.fish    mu2net completion fish | source
It completes the command mu2net, not npx mu2net, so mu2net must be on your PATH.`;

export const completion = defineCommand<[shell: Shell]>({
  name: 'completion',
  group: 'help',
  description: 'print the script that completes commands, options and names in your shell',
  arguments: [new Argument('<shell>', 'your shell').choices(SHELLS)],
  details: HELP,
  run([shell], { json }) {
    const script = SCRIPTS[shell];
    if (json) printJson({ shell, script });
    else print(script.trimEnd());
  },
});

/** Adds the hidden command that the scripts call. It never fails, and prints nothing else. */
export function addComplete(program: Command): void {
  const hidden = program
    .createCommand(COMPLETE)
    .argument('[words...]')
    .allowUnknownOption()
    .action((words: readonly string[]) => {
      for (const line of completionLines(program, words)) print(line);
    });
  program.addCommand(hidden, { hidden: true });
}

function completionLines(program: Command, words: readonly string[]): readonly string[] {
  try {
    const found = candidatesFor(program, words, recordedNames);
    return found.map(({ word, meaning }) => `${word}\t${meaning.replace(/\s+/g, ' ')}`);
  } catch {
    return [];
  }
}
