/** The hidden command that the scripts call: it prints a candidate per line, with its meaning. */
export const COMPLETE = '__complete';

/** The shells that have a script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** A shell that has a script. */
export type Shell = (typeof SHELLS)[number];

/**
 * A word ends at spaces, as in the line itself: bash would also end it at the colon of run:branch,
 * and takes candidates from there on. Without a candidate, it completes names of files.
 */
const BASH = `# Completion of mu2net for bash.
_mu2net() {
  local line=\${COMP_LINE:0:COMP_POINT} words word before
  read -a words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  word=\${words[\${#words[@]}-1]}
  before=\${word%"\${word##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    COMPREPLY+=("\${word#"$before"}")
  done < <("\${words[0]}" ${COMPLETE} -- "\${words[@]:1}" 2> /dev/null)
}
complete -o default -F _mu2net mu2net
`;

const ZSH = `#compdef mu2net
# Completion of mu2net for zsh.
_mu2net() {
  local -a found
  local word meaning
  while IFS=$'\\t' read -r word meaning; do
    found+=("\${word//:/\\\\:}\${meaning:+:$meaning}")
  done < <("\${words[1]}" ${COMPLETE} -- "\${(@)words[2,CURRENT]}" 2> /dev/null)
  if (( \${#found} )); then _describe mu2net found; else _files; fi
}
if [[ \${funcstack[1]} == _mu2net ]]; then _mu2net "$@"; else compdef _mu2net mu2net; fi
`;

const FISH = `# Completion of mu2net for fish.
function __mu2net_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found ($words[1] ${COMPLETE} -- $words[2..] 2> /dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c mu2net -f -a '(__mu2net_complete)'
`;

/** The scripts that teach a shell to complete the command line. */
export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
